import { types } from "node:util";
import { Deserializer, Serializer } from "node:v8";
import { idbException } from "../errors.ts";

type ViewConstructor = new (buffer: ArrayBuffer) => ArrayBufferView;

/** Kinds of views by their number in files: the order must not change. */
const viewKinds: readonly ViewConstructor[] = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];

/**
 * V8's own serialization of structured clones, whose format later versions read too. A view is kept with the bytes that it
 * shows and without the rest of its buffer, which for a `Buffer` of Node is full of what belongs to others.
 */
class ValueSerializer extends Serializer {
  constructor() {
    super();
    Reflect.apply(Reflect.get(this, "_setTreatArrayBufferViewsAsHostObjects") as (on: boolean) => void, this, [true]);
  }

  _writeHostObject(object: object): void {
    if (!ArrayBuffer.isView(object)) throw idbException("DataCloneError", `${object.constructor.name} objects cannot be stored`);
    if (object.buffer instanceof SharedArrayBuffer) throw idbException("DataCloneError", "shared memory cannot be stored");
    const kind = viewKinds.findIndex((each) => object instanceof each);
    if (kind < 0) throw idbException("DataCloneError", `${object.constructor.name} objects cannot be stored`);
    this.writeUint32(kind);
    this.writeUint32(object.byteLength);
    this.writeRawBytes(new Uint8Array(object.buffer, object.byteOffset, object.byteLength));
  }

  _getSharedArrayBufferId(): number {
    throw idbException("DataCloneError", "shared memory cannot be stored");
  }

  // What V8 gives here is the message of the error to throw.
  readonly _getDataCloneError: (message: string) => DOMException = (message) => idbException("DataCloneError", message);
}

class ValueDeserializer extends Deserializer {
  _readHostObject(): ArrayBufferView {
    const View = viewKinds[this.readUint32()] ?? Uint8Array;
    const bytes = this.readRawBytes(this.readUint32());
    // A copy has the alignment that the view may need, and is the caller's own.
    return new View(Uint8Array.from(bytes).buffer);
  }
}

/** Objects of the platform that V8 takes for plain ones, and whose insides would be lost. */
function isOpaque(value: object): boolean {
  return value instanceof Blob || types.isKeyObject(value) || types.isCryptoKey(value);
}

/** Finds what would be lost. Members that are computed are left alone: they are asked for once, by V8. */
function refuseOpaque(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value) || ArrayBuffer.isView(value)) return;
  seen.add(value);
  if (isOpaque(value)) throw idbException("DataCloneError", `${value.constructor.name} objects cannot be stored: store what is in them`);
  if (Array.isArray(value)) for (const item of value) refuseOpaque(item, seen);
  else if (value instanceof Map) for (const entry of value) for (const part of entry) refuseOpaque(part, seen);
  else if (value instanceof Set) for (const item of value) refuseOpaque(item, seen);
  else for (const name of Object.keys(value)) refuseOpaque(Object.getOwnPropertyDescriptor(value, name)?.value, seen);
}

/** Clones a value into bytes. @throws DOMException `DataCloneError`, and what getters of the value throw. */
export function serializeValue(value: unknown): Uint8Array {
  refuseOpaque(value, new Set());
  const serializer = new ValueSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/** Makes the value of bytes that {@link serializeValue} made. */
export function deserializeValue(bytes: Uint8Array): unknown {
  const deserializer = new ValueDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
