/** `npx convex export` over HTTP: asks for a snapshot and fetches it. For operators alone. */
import { Hono } from "hono";

import type { Exports } from "../snapshots/exports.ts";
import { HttpError } from "./httpError.ts";
import { requireAdmin } from "./operatorAuth.ts";

export type SnapshotRoutesDeps = { adminKey: string; exports: Exports };

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

  return app;
}
