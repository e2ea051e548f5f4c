/** What DynamoDB answers to each operation where there is nothing to tell: the least that an answer must hold. */

interface Input {
  readonly Key?: object;
  readonly ReturnValues?: string;
  readonly TransactItems?: readonly object[];
}

export function emptyAnswer(operation: string, { Key, ReturnValues, TransactItems = [] }: Input): object {
  switch (operation) {
    case "Query":
    case "Scan":
      return { Items: [], Count: 0, ScannedCount: 0 };
    case "BatchGetItem":
      return { Responses: {}, UnprocessedKeys: {} };
    case "TransactGetItems":
      return { Responses: TransactItems.map(() => ({})) };
    case "UpdateItem":
      return ReturnValues === "ALL_NEW" ? { Attributes: Key } : {};
    case "DescribeTimeToLive":
      return { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } };
    case "DescribeContinuousBackups":
      return { ContinuousBackupsDescription: { ContinuousBackupsStatus: "ENABLED" } };
    case "ListStreams":
      return { Streams: [] };
    case "DescribeStream":
      return { StreamDescription: { StreamStatus: "ENABLED", Shards: [] } };
    case "GetRecords":
      return { Records: [] };
    default:
      return {};
  }
}
