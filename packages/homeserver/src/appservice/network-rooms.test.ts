/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { expect, it } from "vitest";
import { limits } from "../limits.ts";
import { operation } from "../store/statement.ts";
import { insertAppserviceRoom } from "../store/statements/appservices.ts";
import { composed } from "../../tests/remote/compose.ts";
import { Appservices } from "./appservices.ts";
import { NetworkRooms } from "./network-rooms.ts";

it("appserviceRooms bounds the rooms in the directories of a service", async () => {
  await using server = await composed();
  const { core } = server.parts;
  const tokens = { as_token: "a", hs_token: "h" };
  const services = new Appservices("localhost", [[1, { id: "irc", url: null, ...tokens, sender_localpart: "bot", namespaces: {} }]]);
  const [service] = services.all;
  if (!service) throw new Error("there is no service");
  const networkRooms = new NetworkRooms(core, services);
  const rooms = Array.from({ length: limits.appserviceRooms.value - 1 }, (_, i) => operation(insertAppserviceRoom, 1, "n", i + 1));
  await core.log.append({ positions: [], operations: rooms });
  const list = (roomNid: number): Promise<void> => networkRooms.set(service, "n", { roomNid, isListed: true });
  const results = await Promise.allSettled([list(1_000_001), list(1_000_002)]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await expect(list(1_000_003)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", limit: "appserviceRooms" });
  // What is listed already stays so, and what goes makes room.
  await list(1);
  await networkRooms.set(service, "n", { roomNid: 1, isListed: false });
  await list(1_000_003);
  expect((await networkRooms.ofInstance("irc|n")).length).toBe(limits.appserviceRooms.value);
});
