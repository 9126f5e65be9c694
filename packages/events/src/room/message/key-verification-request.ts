import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { DeviceId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";
import { type FormattedText, formattedTextShape } from "./formatted-text.ts";

/**
 * A message of type `m.key.verification.request`: a user wants to verify another.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroommessagemkeyverificationrequest}
 */
export interface KeyVerificationRequestMessage extends RelatingContent, FormattedText {
  msgtype: "m.key.verification.request";
  /** For clients that cannot verify. */
  body?: string | undefined;
  from_device: DeviceId;
  methods: OpenEnum<"m.sas.v1" | "m.qr_code.show.v1" | "m.qr_code.scan.v1" | "m.reciprocate.v1">[];
  to: UserId;
}
/** Checks {@link KeyVerificationRequestMessage}. */
export const KeyVerificationRequestMessage: Model<KeyVerificationRequestMessage> = /* @__PURE__ */ model(() =>
  obj<KeyVerificationRequestMessage>({
    ...relatingContentShape(),
    ...formattedTextShape(),
    msgtype: z.literal("m.key.verification.request"),
    body: z.optional(z.string()),
    from_device: DeviceId,
    methods: z.array(openEnum(["m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1", "m.reciprocate.v1"])),
    to: UserId,
  }),
);
