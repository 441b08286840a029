/** The calls that `npx convex import --replace -y FILE.zip` makes, without its process. */
import { setTimeout as sleep } from "node:timers/promises";

import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";

const POLL_MS = 10;

type ImportState = { state: { state: string; error_message?: string } } | null;

const queryImport = makeFunctionReference<"query", { importId: string }, ImportState>(
  "_system/cli/queryImport:default",
);

export class ImportClient {
  readonly #address: string;
  readonly #adminKey: string;

  constructor(address: string, adminKey: string) {
    this.#address = address;
    this.#adminKey = adminKey;
  }

  /** Resolves when the engine has said that it is done. @throws Error also when the engine goes down meanwhile */
  async replace(zip: Uint8Array<ArrayBuffer>): Promise<void> {
    const { uploadToken } = await this.#post<{ uploadToken: string }>("start_upload", "");
    const part = new URLSearchParams({ uploadToken, partNumber: "1" });
    await this.#post(`upload_part?${part.toString()}`, zip);
    const order = { import: { mode: "replace", format: "zip" }, uploadToken };
    const { importId } = await this.#post<{ importId: string }>(
      "finish_upload",
      JSON.stringify(order),
    );
    await this.#until(importId, "waiting_for_confirmation");
    await this.#call("/api/perform_import", JSON.stringify({ importId }));
    await this.#until(importId, "completed");
  }

  async #until(importId: string, wanted: string): Promise<void> {
    const client = new ConvexHttpClient(this.#address, { logger: false });
    (client as unknown as { setAdminAuth(key: string): void }).setAdminAuth(this.#adminKey);
    for (;;) {
      const told = (await client.query(queryImport, { importId }))?.state;
      if (told?.state === wanted) return;
      if (told?.state === "failed") throw new Error(told.error_message);
      await sleep(POLL_MS);
    }
  }

  async #post<Answer>(call: string, body: string | Uint8Array<ArrayBuffer>): Promise<Answer> {
    return (await this.#call(`/api/import/${call}`, body)) as Answer;
  }

  async #call(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<unknown> {
    const response = await fetch(new URL(path, this.#address), {
      method: "POST",
      headers: { Authorization: `Convex ${this.#adminKey}`, "Content-Type": "application/json" },
      body,
    });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
    return await response.json();
  }
}
