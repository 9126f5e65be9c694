import { independent, type JsonObject, jsonObject, lenient, model, type Model, obj, record, whenMissing } from "@patrix/api";
import * as z from "zod/mini";

/** The form of a field. */
export interface ThirdPartyFieldType {
  /** Pattern that values match. */
  regexp: string;
  /** Example of a value. */
  placeholder: string;
}

/** Checks a {@link ThirdPartyFieldType}. */
export const ThirdPartyFieldType: Model<ThirdPartyFieldType> = /* @__PURE__ */ model(() =>
  obj<ThirdPartyFieldType>({ regexp: z.string(), placeholder: z.string() }),
);

/** One network that uses the protocol. */
export interface ThirdPartyProtocolInstance {
  /** Name for people. */
  desc: string;
  /** Content URI of an icon. */
  icon?: string | undefined;
  /** Values of the fields that identify it. */
  fields: JsonObject;
  /** Unique among all networks. */
  network_id: string;
  /** Unique on the homeserver. */
  instance_id?: string | undefined;
}

/** Checks a {@link ThirdPartyProtocolInstance}. */
export const ThirdPartyProtocolInstance: Model<ThirdPartyProtocolInstance> = /* @__PURE__ */ model(() =>
  obj<ThirdPartyProtocolInstance>({
    desc: z.string(),
    icon: z.optional(z.string()),
    fields: jsonObject(),
    network_id: z.string(),
    instance_id: z.optional(z.string()),
  }),
);

/** A protocol of another network that is bridged to. */
export interface ThirdPartyProtocol {
  /** Names of the fields that identify a user, the widest first. */
  user_fields: string[];
  /** Names of the fields that identify a location, the widest first. */
  location_fields: string[];
  /** Content URI of an icon. */
  icon: string;
  /** By field. */
  field_types: Record<string, ThirdPartyFieldType>;
  /** The networks that use the protocol. */
  instances: ThirdPartyProtocolInstance[];
}

/** Checks a {@link ThirdPartyProtocol}. */
export const ThirdPartyProtocol: Model<ThirdPartyProtocol> = /* @__PURE__ */ model(() =>
  obj<ThirdPartyProtocol>({
    user_fields: z.array(z.string()),
    location_fields: z.array(z.string()),
    icon: lenient(z.string(), "optional", whenMissing({ replacement: "" })),
    field_types: record(z.string(), ThirdPartyFieldType.schema),
    instances: independent(z.array(ThirdPartyProtocolInstance.schema)),
  }),
);
