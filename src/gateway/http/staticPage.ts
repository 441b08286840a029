/**
 * Serves the built page from memory. All files are read once at start, so no request can name a path
 * outside the folder, and each is kept gzipped beside its plain form. Files with a hash in their name
 * are cached for ever, the others are asked for anew each time and answered 304 by ETag (GW6).
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { Hono } from "hono";
import { appError } from "../../../convex/contract/errors.ts";
import type { HttpContext, HttpEnv } from "./httpContext.ts";
import { convexOrigins } from "./pageAddress.ts";
import type { ConvexAddress } from "./pageAddress.ts";
import { pagePolicy } from "./securityHeaders.ts";

interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer> | undefined; // only where it is smaller
  readonly type: string;
  readonly etag: string;
  readonly isHashed: boolean;
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
};
const ZIPPED_TYPES = /^(text|application)\/|svg/;
/** Vite puts everything that carries a content hash here, and nothing else. */
const HASHED_FOLDER = "/assets/";
/** Addresses inside the page that the server must answer with the page itself. */
const PAGE_PATHS = /^\/(s\/[A-Za-z0-9_-]{1,64}\/?)?$/;

export function createStaticPage(deps: {
  folder: string;
  convexAddress: ConvexAddress;
}): Hono<HttpEnv> {
  const files = readFolder(deps.folder);
  const page = files.get("/index.html");
  if (page === undefined) throw new Error(`${deps.folder} holds no built page (index.html)`);
  const routes = new Hono<HttpEnv>();
  const answerPage = (c: HttpContext) => {
    const origins = convexOrigins(deps.convexAddress, c.req.header("Host"));
    c.header("Content-Security-Policy", pagePolicy(origins));
    return answer(c, page);
  };
  routes.get("*", (c) => {
    if (PAGE_PATHS.test(c.req.path) || c.req.path === "/index.html") return answerPage(c);
    const file = files.get(c.req.path);
    if (file !== undefined) return answer(c, file);
    if (!isVisit(c)) throw appError("NOT_FOUND");
    c.status(404); // the page says the rest
    return answerPage(c);
  });
  return routes;
}

/** Somebody has opened the address, by a link or by hand, and wants to read what is there. */
function isVisit(c: HttpContext): boolean {
  return c.req.header("Accept")?.includes("text/html") === true;
}

function answer(c: HttpContext, file: PageFile): Response {
  c.header("ETag", file.etag);
  c.header("Vary", "Accept-Encoding");
  c.header(
    "Cache-Control",
    file.isHashed ? "public, max-age=31536000, immutable" : "no-cache", // no-cache: ask, then 304
  );
  if (c.req.header("If-None-Match")?.includes(file.etag) === true) return c.body(null, 304);
  c.header("Content-Type", file.type);
  const takesGzip = /\bgzip\b/.test(c.req.header("Accept-Encoding") ?? "");
  if (!takesGzip || file.zipped === undefined) return c.body(file.body);
  c.header("Content-Encoding", "gzip");
  return c.body(file.zipped);
}

function readFolder(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const urlPath = `/${relative(folder, path).split(sep).join("/")}`;
    files.set(urlPath, readPageFile(path, urlPath));
  }
  return files;
}

function readPageFile(path: string, urlPath: string): PageFile {
  const body = new Uint8Array(readFileSync(path));
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  const zipped = ZIPPED_TYPES.test(type) ? new Uint8Array(gzipSync(body)) : undefined;
  return {
    body,
    zipped: zipped !== undefined && zipped.length < body.length ? zipped : undefined,
    type,
    etag: `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
    isHashed: urlPath.startsWith(HASHED_FOLDER),
  };
}
