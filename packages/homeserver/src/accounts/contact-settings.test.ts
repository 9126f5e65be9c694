import type { JsonObject } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { temporaryCore } from "../../tests/temporary-core.ts";
import type { Core } from "../log/core.ts";
import type { Store } from "../store/store.ts";
import { AccountData } from "./account-data.ts";
import { ContactSettingsReader, unwantedInviters } from "./contact-settings.ts";

const [alice, bob] = [64, 128];
const ignoring = (...userIds: string[]): JsonObject => ({ ignored_users: Object.fromEntries(userIds.map((userId) => [userId, {}])) });
const blocking = { default_action: "block" };

interface Contacts {
  readonly reader: ContactSettingsReader;
  put(type: string, content: JsonObject, roomNid?: number): Promise<void>;
}

function contacts(core: Core): Contacts {
  const data = new AccountData(core);
  const reader = new ContactSettingsReader(data);
  return { reader, put: (type, content, roomNid = 0) => data.put({ userNid: alice, roomNid, type }, content) };
}

describe("the contact settings of a user", () => {
  it("let everybody through until the user says otherwise, and are those of this user only", async () => {
    await using fixture = await temporaryCore();
    const { reader, put } = contacts(fixture.core);
    expect(await reader.of(alice)).toEqual({ ignored: new Set(), blocksInvites: false });
    await put("m.ignored_user_list", ignoring("@eve:example.org", "@mallory:example.org"));
    await put("m.invite_permission_config", blocking);
    expect(await reader.of(alice)).toEqual({ ignored: new Set(["@eve:example.org", "@mallory:example.org"]), blocksInvites: true });
    expect(await reader.of(bob)).toEqual({ ignored: new Set(), blocksInvites: false });
  });

  it("change with each change of the account data, back to nothing too", async () => {
    await using fixture = await temporaryCore();
    const { reader, put } = contacts(fixture.core);
    await put("m.ignored_user_list", ignoring("@eve:example.org"));
    await put("m.invite_permission_config", blocking);
    await reader.of(alice);
    await put("m.ignored_user_list", {});
    expect(await reader.of(alice)).toEqual({ ignored: new Set(), blocksInvites: true });
    await put("m.invite_permission_config", { default_action: "allow" });
    expect(await reader.of(alice)).toEqual({ ignored: new Set(), blocksInvites: false });
  });

  it("say of whom no invite is told: of the ignored, the filtered and the blocked", async () => {
    await using fixture = await temporaryCore();
    const { reader, put } = contacts(fixture.core);
    const [eve, mallory, bobId] = ["@eve:example.org", "@mallory:example.org", "@bob:example.org"];
    const unwanted = async () => {
      const isUnwanted = unwantedInviters(await reader.of(alice));
      return isUnwanted && [eve, mallory, bobId].filter((userId) => isUnwanted(userId));
    };
    expect(await unwanted()).toBeUndefined();
    await put("m.ignored_user_list", ignoring(eve));
    expect(await unwanted()).toEqual([eve]);
    await put("org.matrix.msc4155.invite_permission_config", { ignored_users: [mallory] });
    expect(await unwanted()).toEqual([eve, mallory]);
    await put("m.invite_permission_config", blocking);
    expect(await unwanted()).toEqual([eve, mallory, bobId]);
  });

  it("are read once, until they change: other account data and that of a room leave them alone", async () => {
    await using fixture = await temporaryCore();
    const { reader, put } = contacts(fixture.core);
    const read = await reader.of(alice);
    await put("m.direct", {});
    await put("m.ignored_user_list", ignoring("@eve:example.org"), 64);
    expect(await reader.of(alice)).toBe(read);
  });

  it.each([null, [], "@eve:example.org", 7])("ignore nobody where the list of ignored users is %j", async (ignored) => {
    await using fixture = await temporaryCore();
    const { reader, put } = contacts(fixture.core);
    await put("m.ignored_user_list", { ignored_users: ignored });
    expect((await reader.of(alice)).ignored).toEqual(new Set());
  });

  it("are not kept as they were when they change while they are read", async () => {
    let whileReading: (() => Promise<void>) | undefined;
    const wrapStore = (store: Store): Store => ({
      async get(statement, ...params) {
        const row = await store.get(statement, ...params);
        const change = whileReading;
        whileReading = undefined;
        await change?.();
        return row;
      },
      all: (statement, ...params) => store.all(statement, ...params),
      commit: (batch) => store.commit(batch),
      onFailure: (listener) => store.onFailure(listener),
      onOutage: (listener) => store.onOutage(listener),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    });
    await using fixture = await temporaryCore({ wrapStore });
    const { reader, put } = contacts(fixture.core);
    whileReading = () => put("m.ignored_user_list", ignoring("@eve:example.org"));
    await reader.of(alice);
    expect((await reader.of(alice)).ignored).toEqual(new Set(["@eve:example.org"]));
  });
});
