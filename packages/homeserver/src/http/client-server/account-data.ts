import { isJsonObject, type JsonObject, MatrixError, matrixError } from "@patrix/api";
import {
  defineFilter,
  deleteRoomTag,
  getAccountData,
  getAccountDataPerRoom,
  getFilter,
  getRoomTags,
  setAccountData,
  setAccountDataPerRoom,
  setRoomTag,
} from "@patrix/client-api";
import { deleteAccountData, deleteAccountDataPerRoom } from "@patrix/client-api/unstable";
import { handle, rawJson } from "@patrix/server";
import { requireWithin } from "../../errors.ts";
import { type AccountDataKey, isRemoved } from "../../accounts/account-data.ts";
import { requireOwn, type Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";
import type { AccountServices } from "./account-services.ts";

const managedTypes: ReadonlySet<string> = new Set(["m.fully_read", "m.push_rules"]);

/** The handlers of account data, tags and filters. */
export function accountDataHandlers(services: AccountServices): Registration[] {
  return [...dataHandlers(services), ...tagHandlers(services), ...filterHandlers(services)];
}

function dataHandlers({ accountData, roomNid }: AccountServices): Registration[] {
  const room = (roomId: string): number => requireRoom(roomNid(roomId));
  return [
    handle(getAccountData, async ({ path }, { user }) => {
      requireOwn(user, path);
      return present(await accountData.read({ userNid: user.userNid, roomNid: 0, type: path.type }));
    }),
    handle(deleteAccountData, async ({ path }, { user }) => {
      requireOwn(user, path);
      requireUnmanaged(path.type);
      await accountData.remove({ userNid: user.userNid, roomNid: 0, type: path.type });
      return {};
    }),
    handle(setAccountData, async ({ path, body }, { user }) => {
      requireOwn(user, path);
      requireUnmanaged(path.type);
      await accountData.put({ userNid: user.userNid, roomNid: 0, type: path.type }, body);
      return {};
    }),
    handle(getAccountDataPerRoom, async ({ path }, { user }) => {
      requireOwn(user, path);
      return present(await accountData.read({ userNid: user.userNid, roomNid: room(path.roomId), type: path.type }));
    }),
    handle(deleteAccountDataPerRoom, async ({ path }, { user }) => {
      requireOwn(user, path);
      requireUnmanaged(path.type);
      await accountData.remove({ userNid: user.userNid, roomNid: room(path.roomId), type: path.type });
      return {};
    }),
    handle(setAccountDataPerRoom, async ({ path, body }, { user }) => {
      requireOwn(user, path);
      requireUnmanaged(path.type);
      await accountData.put({ userNid: user.userNid, roomNid: room(path.roomId), type: path.type }, body);
      return {};
    }),
  ];
}

function tagHandlers({ accountData, roomNid }: AccountServices): Registration[] {
  const key = ({ userNid }: Requester, roomId: string): AccountDataKey => ({
    userNid,
    roomNid: requireRoom(roomNid(roomId)),
    type: "m.tag",
  });
  return [
    handle(getRoomTags, async ({ path }, { user }) => {
      requireOwn(user, path);
      const content: unknown = JSON.parse((await accountData.read(key(user, path.roomId))) ?? "{}");
      return rawJson(JSON.stringify({ tags: tagsOf(content) }));
    }),
    handle(setRoomTag, async ({ path, body = {} }, { user }) => {
      requireOwn(user, path);
      requireWithin("tagBytes", Buffer.byteLength(path.tag), "path variable tag");
      await accountData.change(key(user, path.roomId), (content) => ({ tags: { ...tagsOf(content), [path.tag]: body } }));
      return {};
    }),
    handle(deleteRoomTag, async ({ path }, { user }) => {
      requireOwn(user, path);
      await accountData.change(key(user, path.roomId), (content) => {
        const kept = Object.entries(tagsOf(content)).filter(([tag]) => tag !== path.tag);
        return { tags: Object.fromEntries(kept) };
      });
      return {};
    }),
  ];
}

function tagsOf(content: unknown): JsonObject {
  return isJsonObject(content) && isJsonObject(content["tags"]) ? content["tags"] : {};
}

function filterHandlers({ filters }: AccountServices): Registration[] {
  return [
    handle(defineFilter, async ({ path, body = {} }, { user }) => {
      requireOwn(user, path);
      return { filter_id: await filters.define(user.userNid, body) };
    }),
    handle(getFilter, async ({ path }, { user }) => {
      requireOwn(user, path);
      return found(await filters.read(user.userNid, path.filterId));
    }),
  ];
}

/** As {@link found}, where what was emptied is not there. */
function present(json: string | undefined): ReturnType<typeof rawJson> {
  return found(json === undefined || isRemoved(json) ? undefined : json);
}

function found(json: string | undefined): ReturnType<typeof rawJson> {
  if (json === undefined) throw matrixError("M_NOT_FOUND", "there is nothing stored under this name");
  return rawJson(json);
}

function requireRoom(nid: number | undefined): number {
  if (nid === undefined) throw matrixError("M_NOT_FOUND", "roomId: the server does not know this room");
  return nid;
}

function requireUnmanaged(type: string): void {
  if (managedTypes.has(type)) throw new MatrixError(405, "M_BAD_JSON", `type: ${type} is managed by the server`);
}
