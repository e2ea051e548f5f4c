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
import { BrokenAnswer } from "./failure.js";
import { type ClientSource, guard, type Options, optionsOf } from "./sdk-road.js";
import type { Call, TableSession } from "./session.js";

type Send = <Output>(
  operation: string,
  call: Call,
  request: (client: DynamoDBClient, options: Options) => Promise<Output>,
) => Promise<Output>;

export function tableOperations(source: ClientSource): TableSession {
  const send: Send = (operation, call, request) =>
    guard(operation, call, async () => request(await source(), optionsOf(call)));
  return {
    async createTable(request, call) {
      await send("CreateTable", call, (client, options) =>
        client.send(new CreateTableCommand(request as never), options),
      );
    },
    async describeTable(TableName, call) {
      return send("DescribeTable", call, (client, options) => describeTable(client, TableName, options));
    },
    async describeTimeToLive(TableName, call) {
      return send("DescribeTimeToLive", call, async (client, options) => {
        const answer = await client.send(new DescribeTimeToLiveCommand({ TableName }), options);
        const { TimeToLiveStatus, AttributeName } = member(answer, "TimeToLiveDescription");
        return TimeToLiveStatus === "ENABLED" || TimeToLiveStatus === "ENABLING" ? AttributeName : undefined;
      });
    },
    async enableTimeToLive(TableName, AttributeName, call) {
      const TimeToLiveSpecification = { Enabled: true, AttributeName };
      await send("UpdateTimeToLive", call, (client, options) =>
        client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }), options),
      );
    },
    async describeBackups(TableName, call) {
      return send("DescribeContinuousBackups", call, async (client, options) => {
        const answer = await client.send(new DescribeContinuousBackupsCommand({ TableName }), options);
        const { PointInTimeRecoveryDescription } = member(answer, "ContinuousBackupsDescription");
        return PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED";
      });
    },
    async enableBackups(TableName, call) {
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
      await send("UpdateContinuousBackups", call, (client, options) =>
        client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }), options),
      );
    },
    isEmulator: async () => isEmulator(await source()),
  };
}

async function describeTable(client: DynamoDBClient, TableName: string, options: Options) {
  try {
    return member(await client.send(new DescribeTableCommand({ TableName }), options), "Table");
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

const awsHosts = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|api\.amazonwebservices\.(com\.cn|eu)|amazonaws\.eu)$/;

/** By the endpoint that the client was given, also by AWS_ENDPOINT_URL. A mock has no configuration, and is no AWS. */
async function isEmulator(client: DynamoDBClient): Promise<boolean> {
  const { config }: { config?: { endpoint?: () => Promise<{ hostname: string }> } } = client;
  if (config === undefined) return true;
  const endpoint = await config.endpoint?.();
  return endpoint !== undefined && !awsHosts.test(endpoint.hostname);
}

/** What an answer must hold: without it, a table would count as missing, or as one that lacks what it has. */
function member<Answer, Name extends keyof Answer>(answer: Answer, name: Name): NonNullable<Answer[Name]> {
  const { [name]: value } = answer;
  if (value === undefined || value === null) throw new BrokenAnswer(`${String(name)} is missing`);
  return value;
}
