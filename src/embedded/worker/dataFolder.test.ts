import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, expect, it, onTestFinished } from "vitest";

import { openDataFolder } from "./dataFolder.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "data-folder-"));
  return () => {
    rmSync(dir, { recursive: true, force: true });
  };
});

it("a folder in use is refused, by name, until it is released", () => {
  const first = openDataFolder(dir);
  expect(() => openDataFolder(dir)).toThrow(
    expect.objectContaining({ code: "DATA_DIR_LOCKED", message: expect.stringContaining(dir) }),
  );
  first.release();
  openDataFolder(dir).release();
});

it("a folder whose holder was killed is free at once", async () => {
  const program = `
    const { openDataFolder } = await import(${JSON.stringify(new URL("./dataFolder.ts", import.meta.url))});
    openDataFolder(${JSON.stringify(dir)});
    console.log("locked");
    setInterval(() => {}, 1000);
  `;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", program]);
  onTestFinished(() => void holder.kill("SIGKILL"));
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  expect(() => openDataFolder(dir)).toThrow(expect.objectContaining({ code: "DATA_DIR_LOCKED" }));
  const gone = new Promise((resolve) => holder.once("exit", resolve));
  holder.kill("SIGKILL");
  await gone;
  openDataFolder(dir).release();
});

it("a folder that cannot be made is refused with the reason", () => {
  writeFileSync(join(dir, "file"), "");
  expect(() => openDataFolder(join(dir, "file", "below"))).toThrow(
    expect.objectContaining({ code: "DATA_DIR_UNUSABLE" }),
  );
});

it("the admin key stays the same and is readable by its owner only", () => {
  const folder = openDataFolder(join(dir, "new", "folder"));
  const key = folder.adminKey("local").key;
  folder.release();
  const again = openDataFolder(join(dir, "new", "folder"));
  expect(again.adminKey("local").key).toBe(key);
  expect(readFileSync(join(again.path, "admin-key"), "utf8").trim()).toBe(key);
  again.release();
});

it("a temporary folder is removed when it is released", () => {
  const folder = openDataFolder(":memory:");
  expect(existsSync(folder.path)).toBe(true);
  folder.release();
  expect(existsSync(folder.path)).toBe(false);
});
