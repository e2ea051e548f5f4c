// Whether this checkout can be published as the version of a tag: `node scripts/release.mjs v1.2.3`. Lists everything
// that is missing. Publishes nothing.
import { readFile } from "node:fs/promises";

const [tag = ""] = process.argv.slice(2);
const { version, repository, dependencies } = JSON.parse(await readFile("package.json", "utf8"));
const changelog = await readFile("CHANGELOG.md", "utf8");
const [, unreleased = ""] = /^## Unreleased\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(changelog) ?? [];

const missing = [
  tag !== `v${version}` && `The tag is "${tag}", and package.json has version ${version}: they have to be the same.`,
  repository.url.includes("/OWNER/") &&
    'package.json has the placeholder OWNER in its addresses: "repository", "homepage" and "bugs" need the real ones.',
  !changelog.includes(`\n## ${version}`) && `CHANGELOG.md has no heading "## ${version}".`,
  unreleased.trim() !== "" && 'CHANGELOG.md still has lines under "Unreleased": they belong under the version.',
  Object.keys(dependencies).some((name) => name !== "undici") && "package.json has a dependency besides undici.",
].filter((line) => line !== false);

for (const line of missing) console.error(line);
process.exitCode = missing.length > 0 ? 1 : 0;
