/**
 * The events of an engine, for its listeners. Generic in the engine, so that this file imports nothing above the model.
 */

import type { InvalidValue } from "./errors.js";
import type { ObjectChange } from "./model/change/changes.js";
import type { AnyModel } from "./model/infer.js";
import type { ModelObject } from "./util/model-object.js";
import type { ConsumedCapacity } from "./wire/capacity.js";

export interface Signals<Engine> {
  /** Before the table of a model is created by bind(). */
  beforeCreateTable: { readonly engine: Engine; readonly model: AnyModel };
  /** The model's table matches the model. */
  modelValidated: { readonly engine: Engine; readonly model: AnyModel };
  /** bind() has finished with the model. */
  modelBound: { readonly engine: Engine; readonly model: AnyModel };
  /** An object was loaded, or made from an item that was found. */
  objectLoaded: { readonly engine: Engine; readonly object: ModelObject<string> };
  /** A save wrote these changes. */
  objectModified: {
    readonly engine: Engine;
    readonly object: ModelObject<string>;
    readonly changes: readonly ObjectChange[];
  };
  objectSaved: { readonly engine: Engine; readonly object: ModelObject<string> };
  objectDeleted: { readonly engine: Engine; readonly object: ModelObject<string> };
  /**
   * A query or stream of several models met an item of a kind that no model of its table knows, as a later version of the
   * program may write, and skipped it.
   */
  unknownItem: {
    readonly engine: Engine;
    /** With its attributes in DynamoDB's form. */
    readonly item: { readonly [name: string]: unknown };
  };
  /** With `onInvalid: "omit"`: a stored value did not fit its column, and the column was left off the object. */
  invalidValue: { readonly engine: Engine; readonly error: InvalidValue };
  /**
   * With the option `capacity`: the capacity that one request consumed, by table. `operation` is DynamoDB's name:
   * "Query".
   */
  capacityConsumed: {
    readonly engine: Engine;
    readonly operation: string;
    readonly consumed: readonly ConsumedCapacity[];
  };
}

/** The names of the signals, to refuse others. */
export const signalNames: readonly string[] = /* @__PURE__ */ Object.keys({
  beforeCreateTable: true,
  modelValidated: true,
  modelBound: true,
  objectLoaded: true,
  objectModified: true,
  objectSaved: true,
  objectDeleted: true,
  unknownItem: true,
  invalidValue: true,
  capacityConsumed: true,
} satisfies Record<keyof Signals<unknown>, true>);
