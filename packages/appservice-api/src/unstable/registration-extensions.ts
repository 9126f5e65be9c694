import { model, type Model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** What registration files hold besides the specified members, by the names that application services write. */
export interface RegistrationExtensions {
  /** The name of `receive_ephemeral` before v1.13. */
  "de.sorunome.msc2409.push_ephemeral"?: boolean | undefined;
  /**
   * Whether transactions carry what end-to-end encryption needs: messages to devices, device lists, and counts of keys.
   *
   * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3202}
   */
  "org.matrix.msc3202"?: boolean | undefined;
  /** Whether it makes devices without logging in, which every application service may since v1.17. */
  "io.element.msc4190"?: boolean | undefined;
}

/** Checks a {@link RegistrationExtensions}. */
export const RegistrationExtensions: Model<RegistrationExtensions> = /* @__PURE__ */ model(() =>
  obj<RegistrationExtensions>({
    "de.sorunome.msc2409.push_ephemeral": z.optional(z.boolean()),
    "org.matrix.msc3202": z.optional(z.boolean()),
    "io.element.msc4190": z.optional(z.boolean()),
  }),
);
