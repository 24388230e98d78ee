/**
 * Names of ours in an address in which a report's parameters stand, too: `?month=2015-06&_live=1`.
 * No parameter begins with an underscore (sql/declaration.py).
 */
export const LIVE = "_live"
export const REPORT = "_report"
