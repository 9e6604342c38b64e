// SPDX-License-Identifier: GPL-3.0-or-later
// Where the pages of the other libraries are.
baseURLs = [
  ['GLib', 'https://docs.gtk.org/glib/'],
  ['GObject', 'https://docs.gtk.org/gobject/'],
  ['Gio', 'https://docs.gtk.org/gio/'],
  ['Json', 'https://gnome.pages.gitlab.gnome.org/json-glib/'],
  ['ChatCommon', '../ChatCommon/'],
]
