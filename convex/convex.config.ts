/** The components that the deployment is made with. */
import workpool from "@convex-dev/workpool/convex.config";
import { defineApp } from "convex/server";

const app = defineApp();
app.use(workpool, { name: "jobPool" });

export default app;
