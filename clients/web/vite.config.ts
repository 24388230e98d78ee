/** How the application is built: every file but the page itself carries a hash of its content. */
import { fileURLToPath } from "node:url"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vitest/config"

/** Cloudscape's base style sheet carries eight fonts as data: URLs; ours come as files, when needed. */
const withoutInlineFonts = {
  name: "without-inline-fonts",
  enforce: "pre" as const,
  transform(code: string, id: string) {
    if (!id.includes("@cloudscape-design/global-styles/index.css")) return
    return { code: code.replaceAll(/@font-face\s*\{[^}]*\}/g, ""), map: null }
  },
}

export default defineConfig({
  plugins: [withoutInlineFonts, react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    modulePreload: {
      // A module whose preload failed is never asked for again; one whose import failed is.
      resolveDependencies: (_file, needed, { hostType }) =>
        hostType === "html" ? needed : needed.filter((file) => file.endsWith(".css")),
    },
    outDir: fileURLToPath(new URL("../../build/web", import.meta.url)),
    emptyOutDir: true,
    manifest: true,
    chunkSizeWarningLimit: 400, // kB before compression; tests/browser bounds what is sent
    target: "es2023",
    assetsInlineLimit: 0, // the content security policy allows no data: scripts or fonts
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
    restoreMocks: true,
  },
})
