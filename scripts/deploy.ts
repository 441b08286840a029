/**
 * `npm run deploy`: brings convex/ to a Convex of your own. Sets the environment that the functions
 * need (whose tokens to trust, which model to ask), pushes with the stock CLI, and checks that the
 * variables arrived and that the deployment believes this companion's keys.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createReadiness } from "../src/backend/convexAccess.ts";
import { createConvexConnection } from "../src/backend/convexConnection.ts";
import { loadConfig } from "../src/config.ts";
import { loadKeyRing } from "../src/gateway/identity/keyFile.ts";
import { createTokens } from "../src/gateway/identity/tokens.ts";
import { FUNCTION_VARIABLES, functionsEnvironment } from "../src/startConvex.ts";
import { systemClock } from "../src/util/clock.ts";
import { silentLogger } from "../src/util/logger.ts";
import { deploymentUrl, envFile } from "./deployment.ts";

const ROOT = join(import.meta.dirname, "..");
const CONNECT_LIMIT_MS = 10_000;

/** Runs the stock CLI; `input` goes to its standard input, so that no secret is in a command line. */
async function convex(args: string[], input?: string): Promise<string> {
  const cli = join(ROOT, "node_modules", "convex", "bin", "main.js");
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stdin.end(input ?? "");
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`\`convex ${args.slice(0, 2).join(" ")}\` failed`);
  return output;
}

async function setEnvironment(wanted: Record<string, string>): Promise<void> {
  await convex(["env", "set", "--force"], envFile(wanted));
  const present = await convex(["env", "list"]);
  for (const name of FUNCTION_VARIABLES) {
    const isThere = new RegExp(`^${name}\\b`, "m").test(present);
    if (wanted[name] === undefined && isThere) await convex(["env", "remove", name]);
  }
  for (const [name, value] of Object.entries(wanted)) {
    const stored = (await convex(["env", "get", name])).trim();
    if (stored !== value) throw new Error(`${name} did not arrive at the deployment`);
  }
}

async function checkTrust(
  url: string,
  issueServiceToken: () => Promise<{ token: string; expiresAt: number }>,
) {
  const connection = createConvexConnection({
    url,
    issueServiceToken,
    clock: systemClock,
    logger: silentLogger,
  });
  try {
    const deadline = Date.now() + CONNECT_LIMIT_MS;
    for (;;) {
      const readiness = await createReadiness(connection, systemClock)();
      if (readiness.isReady) return;
      if (Date.now() > deadline) throw new Error(readiness.reason);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } finally {
    await connection.close();
  }
}

try {
  const config = loadConfig();
  const url = deploymentUrl(process.env, config.convexUrl);
  const tokens = createTokens(loadKeyRing(config), systemClock);
  console.log(`Setting the functions' environment at ${url}`);
  await setEnvironment(functionsEnvironment(tokens, config.model));
  console.log("Pushing convex/");
  process.stdout.write(await convex(["deploy", "--yes"]));
  await checkTrust(url, () => tokens.issueService());
  console.log(
    `Done. Start companions with CONVEX_URL=${url} and these keys (npm run keys -- show).`,
  );
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
