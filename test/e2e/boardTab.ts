/** Another tab of the person whose page it is, without a page: their board as a stock client has it. */
import type { Page } from "playwright-core";
import { WebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { OBJECTS_MAP, type CanvasObject } from "../../convex/contract/boardOps.ts";

export interface BoardTab {
  objects: Y.Map<CanvasObject>;
  doc: Y.Doc;
  close(): void;
}

/** Resolves when the board has come. */
export async function openBoardTab(page: Page): Promise<BoardTab> {
  const url = new URL(page.url());
  const login = await page.evaluate<string>(`localStorage.getItem("lectern.login")`);
  const { token } = JSON.parse(login) as { token: string };
  const doc = new Y.Doc();
  const sessionId = url.pathname.split("/").at(-1) ?? "";
  const provider = new WebsocketProvider(`ws://${url.host}/ws/board`, sessionId, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    protocols: ["lectern.v1", `bearer.${token}`],
    disableBc: true,
  });
  await new Promise<void>((resolve) => {
    provider.once("sync", () => resolve());
  });
  return { doc, objects: doc.getMap<CanvasObject>(OBJECTS_MAP), close: () => provider.destroy() };
}
