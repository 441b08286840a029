/** The table of who may import whom (see CONTRIBUTING.md). Each rule is proved to bite by test/rules.test.ts. */
const rooms = (...names) => `^src/(${names.join("|")})/`;
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: { pathNot: "^convex/_generated" },
      to: { circular: true, viaOnly: { pathNot: "^convex/_generated" } },
    },
    {
      name: "contract-is-pure",
      severity: "error",
      from: { path: "^convex/contract/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: ["^convex/contract/", "^node_modules/(convex|zod|rbush|@types/rbush)/"] },
    },
    {
      name: "embedded-is-a-library",
      severity: "error",
      from: { path: "^src/embedded/" },
      to: { path: "^(src|convex|scripts|test)/", pathNot: "^(src/embedded/|test/support/)" },
    },
    {
      name: "web-is-a-client",
      severity: "error",
      from: { path: "^src/web/" },
      to: {
        path: "^(src|convex|scripts|test)/",
        pathNot: "^(src/web/|src/protocol/|convex/contract/|convex/_generated/api)",
      },
    },
    {
      name: "tables-stay-acyclic",
      severity: "error",
      from: { path: "^convex/.+/tables\\.ts$" },
      to: { path: "^convex/", pathNot: "^convex/(contract/|.+/tables\\.ts$)" },
    },
    {
      name: "models-below-doors",
      severity: "error",
      from: { path: "^convex/.+/model\\.ts$" },
      to: { path: "^convex/(functions\\.ts|http\\.ts|crons\\.ts)$" },
    },
    {
      name: "convex-never-imports-src",
      severity: "error",
      from: { path: "^convex/" },
      to: { path: "^(src|scripts|test)/" },
    },
    {
      name: "src-sees-only-the-contract",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(backend|web|embedded)/|\\.test\\.ts$" },
      to: { path: "^convex/", pathNot: "^convex/contract/" },
    },
    {
      name: "util-knows-nothing",
      severity: "error",
      from: { path: rooms("util"), pathNot: "\\.test\\.ts$" },
      to: { path: "^(src|convex)/", pathNot: rooms("util") },
    },
    {
      name: "protocol-above-util",
      severity: "error",
      from: { path: rooms("protocol"), pathNot: "\\.test\\.ts$" },
      to: { path: "^src/", pathNot: rooms("util", "protocol") },
    },
    {
      name: "sync-is-a-room",
      severity: "error",
      from: { path: rooms("sync"), pathNot: "\\.test\\.ts$" },
      to: { path: "^src/", pathNot: rooms("sync", "protocol", "util") },
    },
    {
      name: "tutor-is-a-room",
      severity: "error",
      from: { path: rooms("tutor"), pathNot: "\\.test\\.ts$" },
      to: { path: "^src/", pathNot: rooms("tutor", "protocol", "util") },
    },
    {
      name: "adapters-below-gateway",
      severity: "error",
      from: { path: rooms("backend", "model", "relay"), pathNot: "\\.test\\.ts$" },
      to: { path: ["^src/gateway/", "^src/main\\.ts$"] },
    },
    {
      name: "gateway-uses-handlers",
      severity: "error",
      from: { path: rooms("gateway"), pathNot: "\\.test\\.ts$" },
      to: { path: rooms("backend", "legacy", "model", "relay") },
    },
    {
      name: "one-convex-client",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(backend|web|embedded)/|\\.test\\.ts$" },
      to: { path: "^node_modules/convex/" },
    },
    {
      name: "one-openai-client",
      severity: "error",
      from: {
        path: "^(src|convex)/",
        pathNot: "^(src/model/|convex/agents/modelProvider\\.ts$)|\\.test\\.ts$",
      },
      to: { path: "^node_modules/openai/" },
    },
    {
      name: "one-redis-client",
      severity: "error",
      from: { path: "^(src|convex)/", pathNot: "^src/relay/|\\.test\\.ts$" },
      to: { path: "^node_modules/(redis|@redis)/" },
    },
    {
      name: "config-stands-alone",
      severity: "error",
      from: { path: "^src/config\\.ts$" },
      to: { pathNot: "^node_modules/zod/" },
    },
    { name: "nothing-imports-main", severity: "error", from: {}, to: { path: "^src/main\\.ts$" } },
    {
      name: "rooms-below-composition",
      severity: "error",
      from: { path: "^(convex/|src/[^/]+/)" },
      to: { path: "^src/[^/]+\\.ts$", pathNot: "^src/(main|config)\\.ts$" },
    },
    {
      name: "no-test-code-in-product",
      severity: "error",
      from: { path: "^(src|convex)/", pathNot: "\\.test\\.ts$|test\\.setup\\.ts$" },
      to: { path: "^(test|scripts)/|\\.test\\.ts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|coverage|test/fixtures)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
