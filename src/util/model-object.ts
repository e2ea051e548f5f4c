/** How the compiler tells the objects of models from all others. Types only: absent at run time. */

/**
 * An object that a model made, by `new` or by a load. A plain object with the same properties is not one. Neither is a
 * copy by spread: it has lost the state that bloop remembers of the object. `M` is the model's name.
 *
 * A class, since a copy by spread loses a class's protected members.
 */
export declare abstract class ModelObject<M extends string> {
  protected readonly "made by a model": M;
}

/** The argument of an operation on objects: one, or several. */
export type OneOrMore = ModelObject<string> | readonly ModelObject<string>[];

/** The name of the model that made an object; of several objects, the names of their models. */
export type ModelNameOf<T> = T extends readonly (infer E)[]
  ? ModelNameOf<E>
  : T extends ModelObject<infer M extends string>
    ? M
    : never;

/** Marks an object whose model was found. A cast, since the mark is absent at run time. */
export function asModelObject(object: object): ModelObject<string> {
  return object as ModelObject<string>;
}
