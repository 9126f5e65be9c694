import type { JsonObject } from "./json.ts";
import { type Model, model } from "./model.ts";
import { jsonObject } from "./object.ts";

/** A JSON object without known members: requests without parameters, and answers that only say that all went well. */
export type EmptyObject = object;
/** Checks an {@link EmptyObject}; unknown members are kept. */
export const EmptyObject: Model<EmptyObject> = /* @__PURE__ */ model(() => jsonObject<EmptyObject>());

/** Checks a body that may be any JSON object, such as the content of an event. */
export const AnyJsonObject: Model<JsonObject> = /* @__PURE__ */ model(() => jsonObject());
