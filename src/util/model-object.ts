/** What tells the objects of models from all others, for the compiler. Nothing of it is there at run time. */

/**
 * An object that a model made: by `new`, or by a load. A plain object with the same properties is none, and a copy by
 * spread is none either: it lost what bloop remembers of the object. `M` is the model's name.
 *
 * A class, since a copy by spread loses what a class protects.
 */
export declare abstract class ModelObject<M extends string> {
  protected readonly "made by a model": M;
}

/** What an operation on objects takes: one, or several. */
export type OneOrMore = ModelObject<string> | readonly ModelObject<string>[];

/** The name of the model that made an object; of several objects, the names of their models. */
export type ModelNameOf<T> = T extends readonly (infer E)[]
  ? ModelNameOf<E>
  : T extends ModelObject<infer M extends string>
    ? M
    : never;

/** An object whose model was found, so that it is one of a model. A cast, since nothing of it is there at run time. */
export function asModelObject(object: object): ModelObject<string> {
  return object as ModelObject<string>;
}
