import { type JsonObject, matrixError } from "@patrix/api";
import {
  type BackupVersion,
  deleteRoomKeyBySessionId,
  deleteRoomKeys,
  deleteRoomKeysByRoomId,
  deleteRoomKeysVersion,
  getRoomKeyBySessionId,
  getRoomKeys,
  getRoomKeysByRoomId,
  getRoomKeysVersion,
  getRoomKeysVersionCurrent,
  type KeyBackupData,
  postRoomKeysVersion,
  putRoomKeyBySessionId,
  putRoomKeys,
  putRoomKeysByRoomId,
  putRoomKeysVersion,
} from "@patrix/client-api";
import { handle, rawJson, streamedReply } from "@patrix/server";
import type { BackupEntry, KeyBackups } from "../../e2ee/key-backups.ts";
import type { BackupSessionRow, KeyBackupRow } from "../../store/statements/key-backup.ts";
import { limits } from "../../limits.ts";
import { nextTurn } from "../../turns.ts";
import type { Registration } from "../registration.ts";

const JSON_HEAD = { headers: { "content-type": "application/json" } };
const upload = { maxBodyBytes: limits.backupBodyBytes.value };

/** Handlers of key backups. */
export function keyBackupHandlers({ keyBackups }: { readonly keyBackups: KeyBackups }): Registration[] {
  return [...versionHandlers(keyBackups), ...uploadHandlers(keyBackups), ...readHandlers(keyBackups), ...deleteHandlers(keyBackups)];
}

function versionHandlers(backups: KeyBackups): Registration[] {
  return [
    handle(postRoomKeysVersion, async ({ body }, { user }) => ({
      version: await backups.create(user.userNid, body.algorithm, body.auth_data),
    })),
    handle(getRoomKeysVersionCurrent, async (_request, { user }) => describe(await backups.current(user.userNid))),
    handle(getRoomKeysVersion, async ({ path }, { user }) => describe(await backups.get(user.userNid, path.version))),
    handle(putRoomKeysVersion, async ({ path, body }, { user }) => {
      if (body.version !== undefined && body.version !== path.version)
        throw matrixError("M_INVALID_PARAM", "/version: not the version of the path");
      await backups.update(user.userNid, path.version, body.algorithm, body.auth_data);
      return {};
    }),
    handle(deleteRoomKeysVersion, async ({ path }, { user }) => {
      await backups.delete(user.userNid, path.version);
      return {};
    }),
  ];
}

function uploadHandlers(backups: KeyBackups): Registration[] {
  return [
    handle(
      putRoomKeys,
      ({ query, body }, { user }) => {
        const entries = Object.entries(body.rooms).flatMap(([roomId, { sessions }]) => entriesOf(roomId, sessions));
        return backups.put(user.userNid, query.version, entries);
      },
      upload,
    ),
    handle(
      putRoomKeysByRoomId,
      ({ path, query, body }, { user }) => backups.put(user.userNid, query.version, entriesOf(path.roomId, body.sessions)),
      upload,
    ),
    handle(putRoomKeyBySessionId, ({ path: { roomId, sessionId }, query, body }, { user }) =>
      backups.put(user.userNid, query.version, [{ roomId, sessionId, key: body }]),
    ),
  ];
}

function readHandlers(backups: KeyBackups): Registration[] {
  return [
    handle(getRoomKeys, async ({ query }, { user }) => {
      const pages = await backups.keys(user.userNid, query.version, {});
      return streamedReply(() => renderRooms(pages), JSON_HEAD);
    }),
    handle(getRoomKeysByRoomId, async ({ path, query }, { user }) => {
      const pages = await backups.keys(user.userNid, query.version, { roomId: path.roomId });
      return streamedReply(() => renderSessions(pages), JSON_HEAD);
    }),
    handle(getRoomKeyBySessionId, async ({ path: { roomId, sessionId }, query }, { user }) => {
      const json = await backups.key(user.userNid, query.version, { roomId, sessionId });
      if (json === undefined) throw matrixError("M_NOT_FOUND", "the key backup has no key of this session");
      return rawJson(json);
    }),
  ];
}

function deleteHandlers(backups: KeyBackups): Registration[] {
  return [
    handle(deleteRoomKeys, ({ query }, { user }) => backups.deleteKeys(user.userNid, query.version, {})),
    handle(deleteRoomKeysByRoomId, ({ path, query }, { user }) => backups.deleteKeys(user.userNid, query.version, { roomId: path.roomId })),
    handle(deleteRoomKeyBySessionId, ({ path: { roomId, sessionId }, query }, { user }) =>
      backups.deleteKeys(user.userNid, query.version, { roomId, sessionId }),
    ),
  ];
}

function describe({ version, algorithm, auth_data: authData, etag, count }: KeyBackupRow): BackupVersion {
  return { algorithm, auth_data: JSON.parse(authData) as JsonObject, count, etag: String(etag), version: String(version) };
}

function entriesOf(roomId: string, sessions: Record<string, KeyBackupData>): BackupEntry[] {
  return Object.entries(sessions).map(([sessionId, key]) => ({ roomId, sessionId, key }));
}

/** Keys are stored as JSON: an answer with many of them is put together without parsing them, and sent page by page. */
async function* renderSessions(pages: AsyncIterable<readonly BackupSessionRow[]>): AsyncGenerator<Uint8Array> {
  let start = '{"sessions":{';
  for await (const page of pages) {
    yield Buffer.from(start + page.map(renderSession).join(","));
    start = ",";
    await nextTurn();
  }
  yield Buffer.from(start === "," ? "}}" : `${start}}}`);
}

async function* renderRooms(pages: AsyncIterable<readonly BackupSessionRow[]>): AsyncGenerator<Uint8Array> {
  let room: string | undefined;
  yield Buffer.from('{"rooms":{');
  for await (const page of pages) {
    let text = "";
    for (const row of page) {
      if (row.room_id === room) text += ",";
      else text += `${room === undefined ? "" : "}},"}${JSON.stringify(row.room_id)}:{"sessions":{`;
      room = row.room_id;
      text += renderSession(row);
    }
    yield Buffer.from(text);
    await nextTurn();
  }
  yield Buffer.from(room === undefined ? "}}" : "}}}}");
}

function renderSession({ session_id: id, json }: BackupSessionRow): string {
  return `${JSON.stringify(id)}:${json}`;
}
