import { type Model, model, obj } from "@patrix/api";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.dummy`: nothing; the message makes a new Olm session known.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mdummy}
 */
export interface DummyContent {}
/** Checks the content of `m.dummy`. */
export const DummyContent: Model<DummyContent> = /* @__PURE__ */ model(() => obj<DummyContent>({}));

declare module "../registry/define.ts" {
  interface ToDeviceEventMap {
    "m.dummy": DummyContent;
  }
}

/** Defines `m.dummy`. */
export const dummy: EventDefinition<"to-device", "m.dummy", DummyContent> = /* @__PURE__ */ defineEvent(
  "to-device",
  "m.dummy",
  DummyContent,
);
