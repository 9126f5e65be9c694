import { type Client, ClientError } from "@patrix/client";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { formField } from "../form-field.ts";
import { describeError } from "../session.ts";
import { useLive } from "../use-live.ts";
import { SetUp } from "./set-up.tsx";
import { watchVerification } from "./watch-verification.ts";

/** Takes the identity over from another device, or by the recovery key. */
export function RecoverForm({ client }: { client: Client }): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [isLost, setLost] = useState(false);
  const { thisDevice } = useLive(client.encryption.status);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const key = formField(event.currentTarget, "key");
    setBusy(true);
    setProblem("");
    try {
      await client.encryption.recover(key);
    } catch (error) {
      setProblem(
        error instanceof ClientError && error.code === "WRONG_RECOVERY_KEY" ? "This is not the recovery key." : describeError(error),
      );
    }
    setBusy(false);
  };
  const ask = (): void => {
    client.encryption.verifyThisDevice().then(watchVerification, (error: unknown) => setProblem(describeError(error)));
  };
  if (isLost) return <SetUp client={client} replaces />;
  if (thisDevice === "verified") return <p class="good">This device is verified, and earlier messages can be read.</p>;
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        Recovery key or passphrase
        <input name="key" autocomplete="off" spellcheck={false} required />
      </label>
      {problem !== "" && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button class="primary" disabled={isBusy}>
          {isBusy ? "One moment…" : "Recover"}
        </button>
        <button type="button" onClick={ask}>
          Compare with another device
        </button>
        <button type="button" class="link" onClick={() => setLost(true)}>
          I have lost both
        </button>
      </div>
    </form>
  );
}
