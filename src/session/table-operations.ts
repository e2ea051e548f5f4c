/** The operations on tables, by the SDK's own commands: they are few, and need no lean road. */

import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { RequestFailed } from "../errors.js";
import type { DescribedTable } from "../wire/table.js";
import { present } from "./answers.js";
import { type ClientSource, finder, runRequest, watchedOptions } from "./sdk-road.js";
import type { Call, TableSession } from "./session.js";

const commands = {
  CreateTable: CreateTableCommand,
  DescribeTable: DescribeTableCommand,
  DescribeTimeToLive: DescribeTimeToLiveCommand,
  UpdateTimeToLive: UpdateTimeToLiveCommand,
  DescribeContinuousBackups: DescribeContinuousBackupsCommand,
  UpdateContinuousBackups: UpdateContinuousBackupsCommand,
};

/** The parts of the answers that are used. */
interface Answer {
  readonly Table?: DescribedTable;
  readonly TimeToLiveDescription?: { readonly TimeToLiveStatus?: string; readonly AttributeName?: string };
  readonly ContinuousBackupsDescription?: {
    readonly PointInTimeRecoveryDescription?: { readonly PointInTimeRecoveryStatus?: string };
  };
}

export function tableOperations(source: ClientSource): TableSession {
  const find = finder();
  const send = <Result>(
    operation: keyof typeof commands,
    input: object,
    call: Call,
    read: (answer: Answer) => Result,
  ): Promise<Result> =>
    runRequest(operation, call, async () => {
      const client = await source();
      const Command = find(client, `${operation}Command`, commands[operation]);
      const command = new Command(input as never);
      const options = watchedOptions(client, command, operation, { request: input, call });
      return read((await client.send(command as never, options)) as Answer);
    });
  const done = () => undefined;
  return {
    createTable: (request, call) => send("CreateTable", request, call, done),
    async describeTable(TableName, call) {
      try {
        return await send("DescribeTable", { TableName }, call, (answer) => present(answer.Table, "Table"));
      } catch (error) {
        if (error instanceof RequestFailed && error.code === "ResourceNotFoundException") return undefined;
        throw error;
      }
    },
    describeTimeToLive: (TableName, call) =>
      send("DescribeTimeToLive", { TableName }, call, (answer) => {
        const { TimeToLiveStatus, AttributeName } = present(answer.TimeToLiveDescription, "TimeToLiveDescription");
        return TimeToLiveStatus === "ENABLED" || TimeToLiveStatus === "ENABLING" ? AttributeName : undefined;
      }),
    enableTimeToLive(TableName, AttributeName, call) {
      const TimeToLiveSpecification = { Enabled: true, AttributeName };
      return send("UpdateTimeToLive", { TableName, TimeToLiveSpecification }, call, done);
    },
    describeBackups: (TableName, call) =>
      send("DescribeContinuousBackups", { TableName }, call, (answer) => {
        const { PointInTimeRecoveryDescription } = present(
          answer.ContinuousBackupsDescription,
          "ContinuousBackupsDescription",
        );
        return PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED";
      }),
    enableBackups(TableName, call) {
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
      return send("UpdateContinuousBackups", { TableName, PointInTimeRecoverySpecification }, call, done);
    },
    isEmulator: async () => isEmulator(await source()),
  };
}

const awsHosts = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|api\.amazonwebservices\.(com\.cn|eu)|amazonaws\.eu)$/;

/** Decided by the client's endpoint, AWS_ENDPOINT_URL included. A mock has no configuration, and is not AWS. */
async function isEmulator(client: DynamoDBClient): Promise<boolean> {
  const { config }: { config?: { endpoint?: () => Promise<{ hostname: string }> } } = client;
  if (config === undefined) return true;
  const endpoint = await config.endpoint?.();
  return endpoint !== undefined && !awsHosts.test(endpoint.hostname);
}
