// Builds widget/dist: the bundle that a site loads with one script tag, and the demo page.
// With the word "fixtures" it builds the fixtures page instead, into widget/dist-fixtures or a folder that is named.
// The size limit is part of the build, so that nobody finds out later that the bundle has grown.
import { gzipSync } from "node:zlib";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";

const LIMIT = 24_000; // bytes gzip'd, Lit included

/** Style sheets become minified strings, which Lit adopts: no <style>, so a strict policy is kept. */
const styles = {
  name: "styles",
  setup(build) {
    build.onResolve({ filter: /\.css\?inline$/ }, ({ path: name, resolveDir }) => ({
      path: path.resolve(resolveDir, name.replace("?inline", "")),
      namespace: "styles",
    }));
    build.onLoad({ filter: /.*/, namespace: "styles" }, async ({ path: file }) => {
      const { code } = await esbuild.transform(await readFile(file, "utf8"), { loader: "css", minify: true });
      // esbuild leaves the values of custom properties as they are
      return { contents: code.trim().replace(/: var/g, ":var").replace(/, #/g, ",#"), loader: "text", watchFiles: [file] };
    });
  },
};

/** Indentation inside templates is for those who read the source. */
const templates = {
  name: "templates",
  setup(build) {
    build.onLoad({ filter: /components\/.*\.ts$/ }, async ({ path: file }) => {
      const source = await readFile(file, "utf8");
      return { contents: source.replace(/\n\s+/g, "\n"), loader: "ts" };
    });
  },
};

const bundle = { bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "eof", plugins: [styles, templates] };

/** A folder with a script and what stands beside it. */
async function build(entry, script, beside, folder) {
  await mkdir(folder, { recursive: true });
  await esbuild.build({ ...bundle, entryPoints: [entry], outfile: path.join(folder, script) });
  await cp(beside, folder, { recursive: true });
}

const [what, folder = "dist-fixtures"] = process.argv.slice(2);
if (what === "fixtures") await build("src/fixtures.ts", "fixtures.js", "fixtures", folder);
else {
  await rm("dist", { recursive: true, force: true });
  await build("src/mbc-chat.ts", "mbc-chat.js", "demo", "dist");
  // The staff's console is made on the server; of scripts it takes htmx alone, as its package brings it.
  await mkdir("dist/console", { recursive: true });
  await cp("node_modules/htmx.org/dist/htmx.min.js", "dist/console/htmx.js");
  const size = gzipSync(await readFile("dist/mbc-chat.js"), { level: 9 }).length;
  console.log(`dist/mbc-chat.js: ${size} bytes gzip'd, at most ${LIMIT}`);
  if (size > LIMIT) process.exit(1);
}
