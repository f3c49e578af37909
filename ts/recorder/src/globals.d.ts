/** Set by the build: the package's version. */
declare const __VERSION__: string;
