/**
 * The engine's two HTTP origins on real ports, over `FakeFunctions`, a database in memory and files in a
 * folder of their own, for tests of what is asked by HTTP. Ended with the test.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { EnvironmentVariables } from "../../src/embedded/admin/environmentVariables.ts";
import { FunctionLogHistory } from "../../src/embedded/admin/functionLogHistory.ts";
import { KeysUnavailableError } from "../../src/embedded/auth/providerKeys.ts";
import { InvalidTokenError } from "../../src/embedded/auth/verifyToken.ts";
import type { Identity } from "../../src/embedded/functions/identity.ts";
import { openSigningKey } from "../../src/embedded/functions/signingKey.ts";
import { mainApp, siteApp, type EngineAppsDeps } from "../../src/embedded/http/engineApps.ts";
import { openHttpServer } from "../../src/embedded/http/httpServer.ts";
import type { Pushes } from "../../src/embedded/push/pushes.ts";
import { Exports } from "../../src/embedded/snapshots/exports.ts";
import { Imports } from "../../src/embedded/snapshots/imports.ts";
import { openFileStore, type FileStore } from "../../src/embedded/storage/fileStore.ts";
import type { Database } from "../../src/embedded/store/database.ts";
import { openDatabase } from "../../src/embedded/store/openDatabase.ts";
import { FakeFunctions } from "./fakeFunctions.ts";

type HttpAction = (request: Request, identity: Identity) => Promise<Response>;

export type HttpEdge = {
  readonly functions: FakeFunctions;
  readonly database: Database;
  readonly files: FileStore;
  /** The main origin, and the one of HTTP actions. */
  readonly url: string;
  readonly siteUrl: string;
  /** Faults that it reported as its own. */
  readonly errors: unknown[];
  /** Answers HTTP actions; until a test sets another it says the address. */
  httpAction: HttpAction;
  /** Asks the main origin with a JSON body. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
};

/** The admin key is `local|secret`; of tokens "good" is ada's and for "down" no provider can be asked. */
export async function startHttpEdge(): Promise<HttpEdge> {
  const directory = mkdtempSync(join(tmpdir(), "http-edge-"));
  const database = openDatabase({ path: ":memory:" });
  const main = await openHttpServer("127.0.0.1", 0);
  const site = await openHttpServer("127.0.0.1", 0);
  const url = `http://127.0.0.1:${main.port}`;
  const files = await openFileStore({ directory, database, cloudUrl: url });
  onTestFinished(async () => {
    main.terminate();
    site.terminate();
    await Promise.all([main.close(), site.close()]);
    await files.close();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const edge: HttpEdge = {
    ...{ functions: new FakeFunctions(), database, files, url, errors: [] },
    siteUrl: `http://127.0.0.1:${site.port}`,
    httpAction: (request) => Promise.resolve(new Response(request.url)),
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body), headers }),
  };
  const deps = await depsOf(edge, directory);
  main.serve(mainApp(deps));
  site.serve(siteApp(deps));
  return edge;
}

async function depsOf(edge: HttpEdge, directory: string): Promise<EngineAppsDeps> {
  const { functions, database, files, url, siteUrl } = edge;
  const onError = (error: unknown) => void edge.errors.push(error);
  return {
    runner: {
      runQuery: (call) => functions.runQuery(call),
      runMutation: (call) => functions.runMutation(call),
      runAction: (call) => functions.runAction(call),
      runHttpAction: (request, identity) => edge.httpAction(request, identity),
      runInlineQuery: (_query, args) =>
        functions.runQuery({ path: "a:echo", args, identity: { kind: "admin" } }),
      find: (path) => {
        const kind =
          path in functions.mutations ? "mutation" : path in functions.actions ? "action" : "query";
        return {
          path,
          component: "",
          kind,
          visibility: "public",
          environment: "isolate",
          args: null,
          returns: null,
        };
      },
    },
    auth: {
      adminKey: "local|secret",
      verifyToken: (token) => {
        if (token === "down") return Promise.reject(new KeysUnavailableError("no network"));
        if (token !== "good") return Promise.reject(new InvalidTokenError("forged"));
        return Promise.resolve({ attributes: { subject: "ada" }, expiresAt: Infinity });
      },
    },
    adminKey: "local|secret",
    variables: new EnvironmentVariables({}, { database, apply: () => Promise.resolve() }),
    logHistory: new FunctionLogHistory(0),
    imports: await Imports.open({
      database,
      files,
      directory: join(directory, "imports"),
      onError,
    }),
    exports: await Exports.open({
      database,
      files,
      directory: join(directory, "exports"),
      onError,
    }),
    cloudUrl: url,
    siteUrl,
    latestTs: functions.latestTs,
    pushes: { start: () => Promise.resolve({}) } as unknown as Pushes,
    files,
    signingKey: openSigningKey(null),
    instanceName: "local",
    onError,
  };
}
