/**
 * The engine's own tables. User code reads the public ones through `db.system` and writes none; the
 * engine reaches all of them through `Transaction.system`. Who writes what:
 *
 * - `_scheduled_functions`, `_scheduled_args`: the scheduler (args apart, so that listing is cheap).
 * - `_cron_jobs`: the crons (last run of each).
 * - `_storage`, `_stored_files`: the file store (`_stored_files` maps ids to the UUIDs of blobs).
 * - `_session_requests`: nobody any more (store/outcomes.ts has taken its place); the number stays.
 * - `_engine_settings`: whoever needs a small persistent value by key.
 * - `_environment_variables`: the operator's tools (those set by `npx convex env`).
 * - `_exports`, `_imports`: the snapshots (how far each has come).
 *
 * The public ones exist once for each component, the others once.
 */
import type { TableDefinition } from "./schema.ts";

function systemTable(name: string, indexes: Record<string, string[]> = {}): TableDefinition {
  return {
    name,
    documentType: null,
    indexes: Object.entries(indexes).map(([indexName, fields]) => ({
      kind: "db",
      name: indexName,
      fields,
      isStaged: false,
    })),
  };
}

/** Add at the end: the position is the table's number for ever. */
export const SYSTEM_TABLES: readonly TableDefinition[] = [
  systemTable("_scheduled_functions", {
    by_state_and_time: ["state.kind", "scheduledTime"],
    by_completedTime: ["completedTime"],
  }),
  systemTable("_storage", { by_sha256: ["sha256"] }),
  systemTable("_scheduled_args", { by_job: ["jobId"] }),
  systemTable("_cron_jobs", { by_name: ["name"] }),
  systemTable("_stored_files", { by_storageId: ["storageId"], by_uuid: ["uuid"] }),
  systemTable("_session_requests", { by_session_and_request: ["sessionId", "requestId"] }),
  systemTable("_engine_settings", { by_key: ["key"] }),
  systemTable("_environment_variables"),
  systemTable("_exports"),
  systemTable("_imports"),
];

/** What user code may read through `db.system`; each component has its own. */
export const PUBLIC_SYSTEM_TABLES: ReadonlySet<string> = new Set([
  "_scheduled_functions",
  "_storage",
]);
