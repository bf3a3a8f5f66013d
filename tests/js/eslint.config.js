// What the page's scripts are held to: nothing undefined, nothing unused, nothing that hides another name.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["node_modules/"] },
  {
    ...js.configs.recommended,
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: { ...globals.browser, ...globals.node, L: "readonly" } },
    rules: {
      ...js.configs.recommended.rules,
      "no-shadow": ["error", { builtinGlobals: false }],
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      eqeqeq: "error",
      // what is handed to a part of the page is not a place to hang things on
      "no-param-reassign": ["error", { props: false }],
    },
  },
];
