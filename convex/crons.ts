/** What happens by the clock. Each job says itself what it does; this file only wires. */
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api.js";

const crons = cronJobs();

crons.interval("take up overdue jobs", { minutes: 1 }, internal.jobs.recover.sweep, {});
crons.interval("end idle sessions", { minutes: 10 }, internal.jobs.expireIdleSessions.run, {});
crons.interval("prune", { hours: 6 }, internal.jobs.prune.run, {});
crons.interval("sweep files", { hours: 24 }, internal.jobs.sweepFiles.run, { from: 0 });
crons.interval("collect images", { hours: 6 }, internal.whiteboard.collectImages.run, {
  after: null,
});

export default crons;
