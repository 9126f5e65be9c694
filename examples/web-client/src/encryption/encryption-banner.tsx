import type { Client } from "@patrix/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "../dialog.tsx";
import { Icon } from "../icons.tsx";
import { useLive } from "../use-live.ts";
import { RecoverForm } from "./recover-form.tsx";
import { SetUp } from "./set-up.tsx";

/** Says what is still to do before messages are safe, as long as there is something. */
export function EncryptionBanner({ client }: { client: Client }): JSX.Element | null {
  const { crossSigning, thisDevice } = useLive(client.encryption.status);
  const online = useLive(client.online);
  const [opened, setOpened] = useState<"set-up" | "recover">();
  const [isPutOff, setPutOff] = useState(false);
  const isNeeded = online === "syncing" && thisDevice === "unverified" && !isPutOff;
  if (!isNeeded && opened === undefined) return null;
  const isNew = crossSigning === "missing";
  return (
    <>
      {isNeeded && (
        <div class="banner" role="status">
          <Icon name="shield" />
          <p>
            {isNew
              ? "Back up your keys, so that you can read your messages on other devices too."
              : "Verify this device, so that it can read your earlier messages and others can trust it."}
          </p>
          <button class="primary small" onClick={() => setOpened(isNew ? "set-up" : "recover")}>
            {isNew ? "Set up" : "Verify"}
          </button>
          <button class="small link" onClick={() => setPutOff(true)}>
            Later
          </button>
        </div>
      )}
      {opened !== undefined && (
        <Dialog title={opened === "set-up" ? "Back up your keys" : "Verify this device"} onClose={() => setOpened(undefined)}>
          {opened === "set-up" ? <SetUp client={client} /> : <RecoverForm client={client} />}
        </Dialog>
      )}
    </>
  );
}
