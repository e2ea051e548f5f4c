/** One entity with a key or an attribute for each further row of the tables of "Coming from ElectroDB", in both. */

import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  boolean,
  datetime,
  dynamicMap,
  integer,
  list,
  map,
  set,
  string,
  table,
  template,
  timestamp,
} from "bloop-dynamodb";
import { Entity } from "electrodb";

export const makeStyles = (client: DynamoDBDocumentClient, name: string) =>
  new Entity(
    {
      model: { service: "Shop", entity: "Entry", version: "2" },
      attributes: {
        userId: { type: "string", required: true, field: "user" },
        code: { type: "string", required: true, padding: { length: 6, char: "0" } },
        place: { type: "string", required: true },
        level: { type: "number", required: true },
        isOpen: { type: "boolean", required: true },
        externalId: { type: "string" },
        at: { type: "number" }, // Date.now()
        seenAt: { type: "string" }, // new Date().toISOString()
        extra: { type: "any" },
        lines: {
          type: "list",
          items: { type: "map", properties: { text: { type: "string" }, count: { type: "number" } } },
        },
        roles: { type: "set", items: ["admin", "guest"] as const },
        nick: { type: "string" },
        secret: { type: "string", hidden: true },
      },
      indexes: {
        primary: {
          collection: "users",
          pk: { field: "pk", composite: ["userId"], template: "USER#${userId}" },
          sk: { field: "sk", composite: ["code"], template: "CODE#${code}" },
        },
        byPlace: {
          index: "gsi1",
          collection: "places",
          pk: { field: "gsi1pk", composite: ["place"], casing: "upper" },
          sk: { field: "gsi1sk", composite: ["level", "isOpen"], casing: "none" },
        },
        byExternalId: {
          index: "gsi2",
          pk: { field: "gsi2pk", composite: ["externalId"] },
        },
        byNick: {
          index: "gsi4",
          pk: { field: "gsi4pk", composite: ["place"] },
          sk: { field: "gsi4sk", composite: ["nick"] },
        },
        byLevel: {
          index: "gsi3",
          pk: { field: "gsi3pk", composite: ["place"], template: "Place#${place}#End" },
          sk: { field: "level", composite: ["level"], template: "${level}" },
        },
      },
    },
    { client, table: name },
  );

export const Styles = table("electrodb-styles", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: ["__edb_e__", "__edb_v__"],
  indexes: {
    gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" },
    gsi2: { hashKey: "gsi2pk", projection: "all" },
    gsi3: { hashKey: "gsi3pk", rangeKey: "level", projection: "all" },
    gsi4: { hashKey: "gsi4pk", rangeKey: "gsi4sk", projection: "all" },
  },
});

export const Entry = Styles.model(
  "Entry",
  {
    userId: string().storedAs("user"),
    code: string(),
    place: string().required(),
    level: integer().required(),
    isOpen: boolean().required(),
    externalId: string(),
    at: timestamp({ unit: "milliseconds" }),
    seenAt: datetime(),
    extra: dynamicMap(),
    lines: list(map({ text: string(), count: integer() })),
    roles: set(string("admin", "guest")),
    nick: string(),
  },
  {
    kind: { __edb_e__: "Entry", __edb_v__: "2" },
    key: {
      pk: template`user#${{ column: "userId", case: "lower" }}`,
      sk: template`code#${{ column: "code", pad: 6, fill: "0", case: "lower" }}`,
    },
    indexes: {
      byPlace: {
        on: "gsi1",
        gsi1pk: template`$SHOP#PLACE_${{ column: "place", case: "upper" }}`,
        gsi1sk: template`$places#Entry_2#level_${"level"}#isOpen_${"isOpen"}`,
      },
      byExternalId: {
        on: "gsi2",
        gsi2pk: template`$shop$entry_2#externalid_${{ column: "externalId", case: "lower" }}`,
      },
      byNick: {
        on: "gsi4",
        gsi4pk: template`$shop#place_${{ column: "place", case: "lower" }}`,
        gsi4sk: template`$entry_2#nick_${{ column: "nick", case: "lower" }}`,
      },
      byLevel: {
        on: "gsi3",
        gsi3pk: template`place#${{ column: "place", case: "lower" }}#end`,
      },
    },
  },
);
