/** `npx convex export` and `import` over HTTP: snapshots leave and arrive. For operators alone. */
import { Hono } from "hono";
import { z } from "zod";

import type { Exports } from "../snapshots/exports.ts";
import { vImport, type Imports } from "../snapshots/imports.ts";
import { ImportError } from "../snapshots/readRows.ts";
import { HttpError } from "./httpError.ts";
import { requireAdmin } from "./operatorAuth.ts";
import { readBody, readJson } from "./requestBody.ts";

export type SnapshotRoutesDeps = { adminKey: string; exports: Exports; imports: Imports };

/** The command sends 5 MiB, more only of files beyond 50 GB. */
const MAX_PART_BYTES = 64 * 1024 * 1024;

const vFinishUpload = z.object({ import: vImport, uploadToken: z.string() });
const vPerform = z.object({ importId: z.string() });

export function snapshotRoutes(deps: SnapshotRoutesDeps): Hono {
  const app = new Hono();
  app.post("/api/export/request/zip", async (context) => {
    requireAdmin(context, deps.adminKey);
    const isBegun = await deps.exports.request(context.req.query("includeStorage") === "true");
    if (!isBegun) throw new HttpError(400, "ExportInProgress", "An export is already under way");
    return context.json(null);
  });

  app.get("/api/export/zip/:startTs", async (context) => {
    requireAdmin(context, deps.adminKey);
    const startTs = context.req.param("startTs");
    const file = await deps.exports.read(startTs);
    if (file === null) throw new HttpError(400, "NoSuchExport", "There is no such export any more");
    return new Response(file.stream, {
      headers: {
        "Content-Type": "application/zip",
        "Content-Length": String(file.size),
        "Content-Disposition": `attachment; filename=snapshot_${startTs}.zip`,
      },
    });
  });

  app.post("/api/import/start_upload", async (context) => {
    requireAdmin(context, deps.adminKey);
    return context.json({ uploadToken: await deps.imports.beginUpload() });
  });

  app.post("/api/import/upload_part", async (context) => {
    requireAdmin(context, deps.adminKey);
    const { uploadToken = "", partNumber = "" } = context.req.query();
    const part = await readBody(context.req.raw, MAX_PART_BYTES);
    await deps.imports.addPart(uploadToken, Number(partNumber), part).catch(refuseImport);
    return context.json(partNumber);
  });

  app.post("/api/import/finish_upload", async (context) => {
    requireAdmin(context, deps.adminKey);
    const { import: order, uploadToken } = await readJson(context, vFinishUpload);
    const importId = await deps.imports.finishUpload(uploadToken, order).catch(refuseImport);
    return context.json({ importId });
  });

  app.post("/api/perform_import", async (context) => {
    requireAdmin(context, deps.adminKey);
    const { importId } = await readJson(context, vPerform);
    await deps.imports.perform(importId).catch(refuseImport);
    return context.json(null);
  });

  return app;
}

function refuseImport(error: unknown): never {
  if (error instanceof ImportError) throw new HttpError(400, "InvalidImport", error.message);
  throw error;
}
