import type { Client, Device } from "@patrix/client";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { RecoverForm } from "./encryption/recover-form.tsx";
import { SetUp } from "./encryption/set-up.tsx";
import { watchVerification } from "./encryption/watch-verification.ts";
import { Icon } from "./icons.tsx";
import { chooseTheme, chosenTheme, type Theme } from "./theme.ts";
import { useLive } from "./use-live.ts";

const themes: readonly (readonly [Theme, string])[] = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** The account, its devices, and how all of it looks. */
export function Settings({ client, onClose }: { client: Client; onClose: () => void }): JSX.Element {
  const { thisDevice, crossSigning } = useLive(client.encryption.status);
  // The recovery key comes when there is an identity already.
  const [isSettingUp, setSettingUp] = useState(false);
  const isNew = crossSigning === "missing" || isSettingUp;
  const [theme, setTheme] = useState(chosenTheme());
  const choose = (next: Theme): void => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <Dialog title="Settings" onClose={onClose}>
      <section>
        <h3>Account</h3>
        <p>
          <code>{client.userId}</code>
        </p>
        <AccountPage client={client} />
        <button class="small" onClick={() => void client.logout()}>
          Sign out
        </button>
        <p class="soft">
          Signing out forgets the keys on this device. Without a recovery key, old encrypted messages can then no longer be read.
        </p>
      </section>
      <section>
        <h3>Encryption</h3>
        {isNew && <SetUp client={client} onBegin={() => setSettingUp(true)} />}
        {!isNew && crossSigning === "partial" && <RecoverForm client={client} />}
        {!isNew && crossSigning === "ready" && (
          <p class="good">
            <Icon name="shield" />{" "}
            {thisDevice === "verified" ? "This device is verified, and its keys are backed up." : "This device is not verified yet."}
          </p>
        )}
        <Devices client={client} />
      </section>
      <section>
        <h3 id="theme-title">Appearance</h3>
        <div class="choices" role="radiogroup" aria-labelledby="theme-title">
          {themes.map(([name, title]) => (
            <label key={name}>
              <input type="radio" name="theme" checked={theme === name} onChange={() => choose(name)} />
              {title}
            </label>
          ))}
        </div>
      </section>
    </Dialog>
  );
}

/** The page of the server on which the account is managed, if it has one. */
function AccountPage({ client }: { client: Client }): JSX.Element | null {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    // Without it there is nothing to open.
    client.login.accountPage().then(setUrl, () => {});
  }, [client]);
  if (url === undefined) return null;
  return (
    <p>
      <a href={url} target="_blank" rel="noreferrer">
        Manage the account
      </a>
    </p>
  );
}

function Devices({ client }: { client: Client }): JSX.Element {
  const status = useLive(client.encryption.status);
  const [devices, setDevices] = useState<readonly Device[]>([]);
  useEffect(() => {
    // Without them there is nothing to verify.
    client.encryption.devices().then(setDevices, () => {});
  }, [client, status]);
  const own = client.session.value?.deviceId;
  return (
    <ul class="devices" aria-label="Devices">
      {devices.map((device) => (
        <li key={device.id}>
          <span class={device.verified ? "good" : "doubtful"} role="img" aria-label={device.verified ? "verified" : "not verified"}>
            <Icon name={device.verified ? "shield" : "warning"} />
          </span>
          <span>
            {device.name ?? device.id} {device.id === own && <span class="soft">this device</span>}
          </span>
          {device.id !== own && !device.verified && (
            <button class="small" onClick={() => void device.verify().then(watchVerification)}>
              Verify
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
