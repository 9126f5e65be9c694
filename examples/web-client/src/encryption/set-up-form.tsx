import { type Client, MatrixError, type UiaStage } from "@patrix/client";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { formField } from "../form-field.ts";
import { recentPassword } from "../password.ts";
import { describeError } from "../session.ts";
import { RecoveryKey } from "./recovery-key.tsx";

/** Makes the identity of the user, and shows the key that brings it to other devices. */
export function SetUpForm({ client, replaces = false }: { client: Client; replaces?: boolean }): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [key, setKey] = useState<string>();
  const [known] = useState(recentPassword());
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const password = known ?? formField(event.currentTarget, "password");
    setBusy(true);
    setProblem("");
    try {
      const uia = answer(client.userId, password);
      const { recoveryKey } = await (replaces ? client.encryption.reset({ uia }) : client.encryption.setup({ uia }));
      setKey(recoveryKey);
    } catch (error) {
      setProblem(MatrixError.is(error, "M_FORBIDDEN") ? "The password is wrong." : describeError(error));
    }
    setBusy(false);
  };
  if (key !== undefined) return <RecoveryKey recoveryKey={key} />;
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p>You get a recovery key. It opens your messages on every device, and the server cannot read them without it.</p>
      {known === undefined && (
        <label>
          Password of your account
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
      )}
      {problem !== "" && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button class="primary" disabled={isBusy}>
        {isBusy ? "One moment…" : "Make a recovery key"}
      </button>
    </form>
  );
}

/** Answers with the password, once. */
function answer(user: string, password: string): (stage: UiaStage) => Record<string, unknown> {
  let isAsked = false;
  return ({ type }) => {
    if (type !== "m.login.password") return {};
    if (isAsked) throw new Error("The password is wrong.");
    isAsked = true;
    return { identifier: { type: "m.id.user", user }, password };
  };
}
