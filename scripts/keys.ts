/**
 * `npm run keys -- make | rotate | show [--private]`: the keys with which an installation signs its
 * tokens. They are where a companion would look for them: LECTERN_KEYS, or DATA_DIR/keys.json.
 */
import { ConfigError, loadConfig } from "../src/config.ts";
import {
  keyFilePath,
  loadKeyRing,
  makeKeyFile,
  saveKeyRing,
} from "../src/gateway/identity/keyFile.ts";
import { publicJwks, rotateKeyRing } from "../src/gateway/identity/keyRing.ts";

const USAGE = `usage: npm run keys -- COMMAND

  make             makes keys where there are none
  rotate           signs with a new key from the next start on; the old public key stays trusted
                   for a day, so that companions can be restarted one after the other
  show             prints issuer, key ids and public keys
  show --private   prints everything in one line, as LECTERN_KEYS takes it on other machines

With a Convex of your own (CONVEX_URL): make or rotate, then \`npm run deploy\`, then restart.`;

function run(command: string | undefined, flag: string | undefined): void {
  const source = loadConfig();
  const path = keyFilePath(source);
  switch (command) {
    case "make": {
      if (path === undefined) throw new Error("LECTERN_KEYS holds keys already");
      makeKeyFile(path);
      console.log(`Made ${path}`);
      return;
    }
    case "rotate": {
      const ring = rotateKeyRing(loadKeyRing(source), Date.now());
      if (path === undefined) {
        console.error("LECTERN_KEYS cannot be changed from here. Set it to this line:");
        console.log(JSON.stringify(ring));
        return;
      }
      saveKeyRing(path, ring);
      console.log(`${path} signs with ${ring.signing.kid} from the next start on`);
      return;
    }
    case "show": {
      const ring = loadKeyRing(source);
      const shown = {
        issuer: ring.issuer,
        signing: ring.signing.kid,
        retired: ring.retired.map(({ kid, retiredAt }) => ({
          kid,
          retiredAt: new Date(retiredAt),
        })),
        jwks: publicJwks(ring, Date.now()),
      };
      console.log(flag === "--private" ? JSON.stringify(ring) : JSON.stringify(shown, null, 2));
      return;
    }
    default:
      throw new ConfigError(USAGE);
  }
}

try {
  run(process.argv[2], process.argv[3]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
