/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-menu-button.h"

/**
 * chat_menu_button_name:
 * @button: a menu button
 * @name: what assistive technology calls it
 *
 * What has the focus is a toggle button inside, to which GTK 4.8 does not pass a name on.
 */
void
chat_menu_button_name (GtkMenuButton *button, const char *name)
{
  GtkWidget *toggle;

  g_return_if_fail (GTK_IS_MENU_BUTTON (button) && name != NULL);

  toggle = gtk_widget_get_first_child (GTK_WIDGET (button));
  if (toggle != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
}

/**
 * chat_menu_button_name_all:
 * @widget: a widget, whose children have been made
 *
 * Gives each menu button in it its tooltip as accessible name.
 */
void
chat_menu_button_name_all (GtkWidget *widget)
{
  const char *tooltip;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (GTK_IS_MENU_BUTTON (widget))
    {
      tooltip = gtk_widget_get_tooltip_text (widget);
      if (tooltip != NULL)
        chat_menu_button_name (GTK_MENU_BUTTON (widget), tooltip);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    chat_menu_button_name_all (child);
}
