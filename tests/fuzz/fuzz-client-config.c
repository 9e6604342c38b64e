/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-profile.h"
#include "chat-room-file.h"
#include "chat-username.h"
#include "fuzz-file.h"
#include "fuzz.h"

static void
check_error (gboolean good, const GError *error)
{
  g_assert_cmpint (good, ==, error == NULL);
  if (error != NULL)
    g_assert_true (error->domain == CHAT_CONFIG_ERROR
                   && g_utf8_validate (error->message, -1, NULL));
}

static void
load_profile (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatProfile) profile = chat_profile_load (path, &error);

  check_error (profile != NULL, error);
  if (profile != NULL)
    g_assert_true (chat_username_check (profile->username, NULL) && profile->port != 0
                   && profile->private_key != NULL && profile->server_key != NULL);
}

/* What can be read can be written, and read again. */
static void
load_rooms (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rooms = chat_room_file_load (path, &error);
  g_autoptr (GPtrArray) again = NULL;

  check_error (rooms != NULL, error);
  if (rooms == NULL)
    return;

  g_assert_true (chat_room_file_save (rooms, path, NULL));
  again = chat_room_file_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, rooms->len);
}

/* As user_config.json and as rooms.json: each of them meets files of the other. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *path = fuzz_write_file ("file.json", data, size);

  load_profile (path);
  load_rooms (path);

  return 0;
}
