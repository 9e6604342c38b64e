/* What tests of keys share: a folder of their own, other people's key tools, published vectors. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A fixture: an empty folder, removed with all that is in it. Use with g_test_add (). */
typedef struct
{
  char *path;
} TestFolder;

void test_folder_set_up (TestFolder *folder, gconstpointer data);
void test_folder_tear_down (TestFolder *folder, gconstpointer data);
/* The same, with an RSA key of openssl, key.pem, and its public half, public.pem, where openssl is
 * installed. The key is made once for each program. */
void test_folder_set_up_keys (TestFolder *folder, gconstpointer data);
char *test_folder_file (TestFolder *folder, const char *name);
void test_folder_write (TestFolder *folder, const char *name, const char *text, gssize size);

/* Skips the test where a program is missing. */
gboolean test_needs_tool (const char *tool);
/* Runs a shell command in the folder; the test fails if it does. */
void test_run (TestFolder *folder, const char *command);
/* The same, and returns what it prints. */
char *test_run_output (TestFolder *folder, const char *command);

/* A Wycheproof file from the folder CHAT_VECTORS, or from ../shared/vectors beside the project;
 * else NULL, and the test is skipped. */
JsonObject *test_load_vectors (const char *name);
GBytes *test_decode_hex (const char *hex);

G_END_DECLS
