/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-seal-registry.h"

#include "chat-error.h"
#include "chat-limits.h"

#include <string.h>

/* readers: "kid=key kid=key". */
static gboolean
add (ChatSealRegistry *registry, const char *id, const char *readers, gboolean complete,
     GError **error)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) pairs = g_strsplit (readers, " ", -1);

  for (char **pair = pairs; *pair != NULL; pair++)
    {
      char *key = strchr (*pair, '=');

      g_hash_table_insert (keys, g_strndup (*pair, (gsize) (key - *pair)), g_strdup (key + 1));
    }

  return chat_seal_registry_add (registry, id, keys, complete, error);
}

static void
assert_added (ChatSealRegistry *registry, const char *id, const char *readers, gboolean complete)
{
  g_autoptr (GError) error = NULL;

  add (registry, id, readers, complete, &error);
  g_assert_no_error (error);
}

static void
assert_refused (ChatSealRegistry *registry, const char *id, const char *readers, const char *needle)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (add (registry, id, readers, TRUE, &error));
  g_assert_error (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, id));
  g_assert_nonnull (strstr (error->message, needle));
}

static void
assert_wrapped (ChatSealRegistry *registry, const char *id, const char *kid, const char *key)
{
  ChatWrappings *wrappings = chat_seal_registry_lookup (registry, id);
  guint index;

  g_assert_nonnull (wrappings);
  g_assert_true (chat_reader_set_find (chat_wrappings_get_readers (wrappings), kid, &index));
  g_assert_cmpstr (chat_wrappings_get_encrypted_key (wrappings, index), ==, key);
}

static void
test_one_frame (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();

  g_assert_null (chat_seal_registry_lookup (registry, "seal"));
  assert_added (registry, "seal", "bob=B alice=A", TRUE);
  assert_wrapped (registry, "seal", "alice", "A");
  assert_wrapped (registry, "seal", "bob", "B");
  g_assert_null (chat_seal_registry_lookup (registry, "sea"));
}

static void
test_parts (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();

  assert_added (registry, "seal", "alice=A", FALSE);
  /* Not before it is whole: a post would miss the others. */
  g_assert_null (chat_seal_registry_lookup (registry, "seal"));
  assert_added (registry, "other", "alice=X", TRUE);
  assert_added (registry, "seal", "bob=B", FALSE);
  g_assert_null (chat_seal_registry_lookup (registry, "seal"));
  assert_added (registry, "seal", "carol=C", TRUE);

  g_assert_cmpuint (chat_reader_set_get_size (
                        chat_wrappings_get_readers (chat_seal_registry_lookup (registry, "seal"))),
                    ==, 3);
  assert_wrapped (registry, "seal", "alice", "A");
  assert_wrapped (registry, "seal", "carol", "C");
  assert_wrapped (registry, "other", "alice", "X");
}

static void
test_reader_twice (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();

  assert_added (registry, "seal", "alice=A bob=B", FALSE);
  assert_refused (registry, "seal", "carol=C bob=B", "twice");
  /* Another seal is another matter. */
  assert_added (registry, "other", "bob=B", TRUE);
}

static void
test_complete_twice (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();

  assert_added (registry, "seal", "alice=A", TRUE);
  assert_refused (registry, "seal", "bob=B", "complete");
  g_assert_cmpuint (chat_reader_set_get_size (
                        chat_wrappings_get_readers (chat_seal_registry_lookup (registry, "seal"))),
                    ==, 1);
}

static void
test_oldest_goes (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();

  for (guint i = 0; i < CHAT_MAX_SEALS; i++)
    {
      g_autofree char *id = g_strdup_printf ("seal-%u", i);

      assert_added (registry, id, "alice=A", TRUE);
    }
  g_assert_nonnull (chat_seal_registry_lookup (registry, "seal-0"));

  assert_added (registry, "one-more", "alice=A", TRUE);
  g_assert_null (chat_seal_registry_lookup (registry, "seal-0"));
  g_assert_nonnull (chat_seal_registry_lookup (registry, "seal-1"));
  g_assert_nonnull (chat_seal_registry_lookup (registry, "one-more"));

  /* One that is gone may come again. */
  assert_added (registry, "seal-0", "alice=A", TRUE);
  g_assert_nonnull (chat_seal_registry_lookup (registry, "seal-0"));
  g_assert_null (chat_seal_registry_lookup (registry, "seal-1"));
}

static void
test_oldest_goes_incomplete (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();

  assert_added (registry, "part", "alice=A", FALSE);
  for (guint i = 0; i < CHAT_MAX_SEALS; i++)
    {
      g_autofree char *id = g_strdup_printf ("seal-%u", i);

      assert_added (registry, id, "alice=A", FALSE);
    }

  /* Forgotten: its first reader is not among the readers of what comes under the same id. */
  assert_added (registry, "part", "bob=B", TRUE);
  g_assert_cmpuint (chat_reader_set_get_size (
                        chat_wrappings_get_readers (chat_seal_registry_lookup (registry, "part"))),
                    ==, 1);
}

static void
test_a_post_keeps_its_seal (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();
  g_autoptr (ChatWrappings) kept = NULL;

  assert_added (registry, "seal", "alice=A", TRUE);
  kept = chat_wrappings_ref (chat_seal_registry_lookup (registry, "seal"));
  chat_seal_registry_refuse (registry, "seal");
  g_assert_null (chat_seal_registry_lookup (registry, "seal"));
  g_assert_cmpstr (chat_wrappings_get_encrypted_key (kept, 0), ==, "A");
}

static void
test_refused (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();

  assert_added (registry, "other", "alice=A", TRUE);
  assert_added (registry, "part", "alice=A", FALSE);
  chat_seal_registry_refuse (registry, "part");
  /* What the client wrote before it knew is no fault, and makes no seal of the readers that are
   * left. */
  assert_added (registry, "part", "bob=B", FALSE);
  assert_added (registry, "part", "carol=C", TRUE);
  assert_added (registry, "part", "carol=C", TRUE);
  g_assert_null (chat_seal_registry_lookup (registry, "part"));
  g_assert_nonnull (chat_seal_registry_lookup (registry, "other"));
}

static void
test_refused_at_once (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();

  chat_seal_registry_refuse (registry, "seal");
  assert_added (registry, "seal", "alice=A", TRUE);
  g_assert_null (chat_seal_registry_lookup (registry, "seal"));
}

static void
test_refused_keeps_a_place (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();

  assert_added (registry, "oldest", "alice=A", TRUE);
  for (guint i = 0; i < CHAT_MAX_SEALS; i++)
    {
      g_autofree char *id = g_strdup_printf ("refused-%u", i);

      chat_seal_registry_refuse (registry, id);
    }
  /* However many are refused, no more than the limit are remembered. */
  g_assert_null (chat_seal_registry_lookup (registry, "oldest"));
  assert_added (registry, "newest", "alice=A", TRUE);
  assert_added (registry, "refused-0", "alice=A", TRUE);
  g_assert_nonnull (chat_seal_registry_lookup (registry, "refused-0"));
  assert_added (registry, "refused-2", "alice=A", TRUE);
  g_assert_null (chat_seal_registry_lookup (registry, "refused-2"));
}

static void
test_too_many_readers (void)
{
  g_autoptr (ChatSealRegistry) registry = chat_seal_registry_new ();
  g_autoptr (GString) readers = g_string_new ("kid-0=A");

  for (guint i = 1; i < CHAT_MAX_MEMBERS; i++)
    g_string_append_printf (readers, " kid-%u=A", i);
  assert_added (registry, "seal", readers->str, FALSE);
  assert_refused (registry, "seal", "one-more=A", "1000");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seal-registry/one-frame", test_one_frame);
  g_test_add_func ("/seal-registry/parts", test_parts);
  g_test_add_func ("/seal-registry/reader-twice", test_reader_twice);
  g_test_add_func ("/seal-registry/complete-twice", test_complete_twice);
  g_test_add_func ("/seal-registry/oldest-goes", test_oldest_goes);
  g_test_add_func ("/seal-registry/oldest-goes-incomplete", test_oldest_goes_incomplete);
  g_test_add_func ("/seal-registry/a-post-keeps-its-seal", test_a_post_keeps_its_seal);
  g_test_add_func ("/seal-registry/refused", test_refused);
  g_test_add_func ("/seal-registry/refused-at-once", test_refused_at_once);
  g_test_add_func ("/seal-registry/refused-keeps-a-place", test_refused_keeps_a_place);
  g_test_add_func ("/seal-registry/too-many-readers", test_too_many_readers);

  return g_test_run ();
}
