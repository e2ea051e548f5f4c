/** Binary values in DynamoDB's JSON: base64 in a text, bytes in an attribute. */

/** Makes the text of a request. What holds no binary is not copied. */
export function printRequest(request: object): string {
  return JSON.stringify(withTexts(request));
}

/** Reads the text of an answer. Its objects are those that JSON.parse made, with bytes put in where there are any. */
export function parseAnswer(text: string): object {
  const answer: object = text === "" ? {} : JSON.parse(text);
  // Where neither tag stands, not even as the name of an attribute, there is nothing to look for.
  if (text.includes('"B"') || text.includes('"BS"')) putBytes(answer);
  return answer;
}

/** The same value, or a copy with base64 in the place of bytes. */
function withTexts(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return base64(value);
  return Array.isArray(value) ? listWithTexts(value) : objectWithTexts(value);
}

function listWithTexts(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const element = list[index];
    const text = withTexts(element);
    if (text !== element) {
      copy ??= [...list];
      copy[index] = text;
    }
  }
  return copy ?? list;
}

function objectWithTexts(object: object): object {
  let copy: Record<string, unknown> | undefined;
  for (const name in object) {
    const value: unknown = object[name as keyof typeof object];
    const text = withTexts(value);
    if (text !== value) {
      copy ??= Object.assign(Object.create(null), object) as Record<string, unknown>;
      copy[name] = text;
    }
  }
  return copy ?? object;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Attributes are the only objects of an answer whose "B" is a text, or whose "BS" a list of texts. */
function putBytes(holder: object): void {
  const values = holder as Record<string, unknown>;
  for (const name in values) {
    const value = values[name];
    if (typeof value === "string") {
      if (name === "B") values["B"] = bytesOf(value);
    } else if (Array.isArray(value)) {
      if (name === "BS")
        values["BS"] = value.map((element) => (typeof element === "string" ? bytesOf(element) : element));
      else for (const element of value) if (typeof element === "object" && element !== null) putBytes(element);
    } else if (typeof value === "object" && value !== null) {
      putBytes(value);
    }
  }
}

/** Bytes, not a Buffer: what a user compares and prints is to be what the SDK gives. */
function bytesOf(text: string): Uint8Array {
  const buffer = Buffer.from(text, "base64");
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
