#include <sqlite3.h>

// sqlite3_db_config is variadic, which Swift cannot call.

/// Refuses SQL that could damage the file's structure (writable_schema and the like).
static inline int waggle_sqlite3_defensive(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

/// Leaves the write-ahead log alone on close: closing must do nothing that a kill would not do.
static inline int waggle_sqlite3_no_checkpoint_on_close(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
