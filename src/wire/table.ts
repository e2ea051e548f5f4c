/** Tables in DynamoDB's own form: the part of its requests and answers that bloop reads and writes. */

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: "HASH" | "RANGE";
}

interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: "S" | "N" | "B";
}

export interface IndexProjection {
  readonly ProjectionType?: "ALL" | "KEYS_ONLY" | "INCLUDE" | undefined;
  readonly NonKeyAttributes?: readonly string[] | undefined;
}

export interface Throughput {
  readonly ReadCapacityUnits?: number | undefined;
  readonly WriteCapacityUnits?: number | undefined;
}

export interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: IndexProjection;
  readonly ProvisionedThroughput?: Throughput | undefined;
}

export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

export interface CreateTableRequest {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly AttributeDefinition[];
  readonly KeySchema: readonly KeyElement[];
  readonly GlobalSecondaryIndexes?: readonly IndexDefinition[];
  readonly LocalSecondaryIndexes?: readonly IndexDefinition[];
  readonly BillingMode: "PAY_PER_REQUEST" | "PROVISIONED";
  readonly ProvisionedThroughput?: Throughput;
  readonly StreamSpecification?: { readonly StreamEnabled: true; readonly StreamViewType: StreamViewType };
  readonly SSESpecification?: { readonly Enabled: boolean };
}

export interface DescribedIndex {
  readonly IndexName?: string | undefined;
  readonly IndexStatus?: string | undefined;
  readonly KeySchema?:
    | readonly { readonly AttributeName?: string | undefined; readonly KeyType?: string | undefined }[]
    | undefined;
  readonly Projection?:
    | { readonly ProjectionType?: string | undefined; readonly NonKeyAttributes?: readonly string[] | undefined }
    | undefined;
  readonly ProvisionedThroughput?: Throughput | undefined;
}

/** The answer of DescribeTable. */
export interface DescribedTable {
  readonly TableStatus?: string | undefined;
  readonly CreationDateTime?: Date | undefined;
  readonly KeySchema?: DescribedIndex["KeySchema"];
  readonly AttributeDefinitions?:
    | readonly { readonly AttributeName?: string | undefined; readonly AttributeType?: string | undefined }[]
    | undefined;
  readonly GlobalSecondaryIndexes?: readonly DescribedIndex[] | undefined;
  readonly LocalSecondaryIndexes?: readonly DescribedIndex[] | undefined;
  readonly BillingModeSummary?: { readonly BillingMode?: string | undefined } | undefined;
  readonly ProvisionedThroughput?: Throughput | undefined;
  readonly StreamSpecification?:
    | { readonly StreamEnabled?: boolean | undefined; readonly StreamViewType?: string | undefined }
    | undefined;
  readonly LatestStreamArn?: string | undefined;
  readonly SSEDescription?: { readonly Status?: string | undefined } | undefined;
}
