/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Devices that compare emoji.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient, silentLogger, type Verification } from "@patrix/client";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";

let server: LocalHomeserver;
beforeAll(async () => {
  server = await localHomeserver(["ann", "bob", "carl"]);
});
afterAll(() => server[Symbol.asyncDispose]());

async function logIn(user: string): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger, encryption: true });
  await client.login.password(user, `${user}-password`);
  await client.start();
  return client;
}

const uiaOf = (user: string) => () => ({ identifier: { type: "m.id.user", user }, password: `${user}-password` });

/** Goes through a verification as a person does who compares with what the other one sees. */
async function compare(verification: Verification, seen: string[], answer: "confirm" | "mismatch"): Promise<string> {
  for await (const step of verification) {
    if (step.step === "emoji") {
      seen.push(step.emoji.map(({ symbol }) => symbol).join(" "));
      expect(step.emoji).toHaveLength(7);
      await verification[answer]();
    }
    if (step.step === "done") return "done";
    if (step.step === "cancelled") return `cancelled ${step.code}`;
  }
  return "ended";
}

describe("two devices of a user", () => {
  it("compare emoji, and the new one gets the identity and the backup from the other", async () => {
    await using first = await logIn("ann");
    await first.encryption.setup({ uia: uiaOf("ann") });
    await using second = await logIn("ann");
    const asked = new Promise<Verification>((resolve) => first.encryption.onRequest(resolve));
    const ours: string[] = [];
    const theirs: string[] = [];
    const verification = await second.encryption.verifyThisDevice();
    const incoming = await asked;
    expect([verification.incoming, incoming.incoming, incoming.with]).toEqual([
      false,
      true,
      { userId: first.userId, deviceId: second.session.value?.deviceId },
    ]);
    await incoming.accept();
    const ends = await Promise.all([compare(verification, ours, "confirm"), compare(incoming, theirs, "confirm")]);
    expect(ends).toEqual(["done", "done"]);
    expect(ours).toEqual(theirs);
    await second.encryption.status.until(
      ({ thisDevice, crossSigning, backup }) => thisDevice === "verified" && crossSigning === "ready" && backup === "on",
    );
    const devices = await first.encryption.devices();
    expect(devices.filter(({ verified }) => verified)).toHaveLength(2);
  });

  it("find out when they do not see the same", async () => {
    await using first = await logIn("bob");
    await first.encryption.setup({ uia: uiaOf("bob") });
    await using second = await logIn("bob");
    const asked = first.encryption.requests[Symbol.asyncIterator]();
    const verification = await second.encryption.verifyThisDevice();
    const { value: incoming } = (await asked.next()) as IteratorYieldResult<Verification>;
    await incoming.accept();
    const ends = await Promise.all([compare(verification, [], "mismatch"), compare(incoming, [], "confirm")]);
    expect(ends).toEqual(["cancelled m.mismatched_sas", "cancelled m.mismatched_sas"]);
    expect(second.encryption.status.value.thisDevice).toBe("unverified");
    void asked.return?.();
  });

  it("have to have an identity, and can say no", async () => {
    await using first = await logIn("carl");
    await using second = await logIn("carl");
    await expect(second.encryption.verifyThisDevice()).rejects.toMatchObject({ code: "NO_IDENTITY" });
    const other = (await second.encryption.devices()).find(({ id }) => id === first.session.value?.deviceId)!;
    const asked = new Promise<Verification>((resolve) => first.encryption.onRequest(resolve));
    const verification = await other.verify();
    await (await asked).cancel();
    await expect(compare(verification, [], "confirm")).resolves.toMatch(/^cancelled m\.user/);
  });
});
