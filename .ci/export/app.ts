// Synthesises what `cogward export --to cdk` wrote to export.ts, without asking AWS anything.
import { App, DefaultStackSynthesizer, Stack } from "aws-cdk-lib";
import { ThreatProtection } from "./export";

const app = new App({ outdir: "cdk.out", analyticsReporting: false });
const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
const stack = new Stack(app, "Pools", { synthesizer });
new ThreatProtection(stack, "ThreatProtection");
app.synth();
