"""Settings: people and roles, the practice, holds and approvals, privacy, appearance, about.

Object names: settings_tabs, settings_area_<section>; settings_people_list, settings_role_<n>, settings_active_<n>,
settings_name_edit, settings_new_role, settings_add_button, settings_people_mistake; settings_practice_edit,
settings_zone_edit, settings_practice_button; settings_hold, settings_ask_<kind>; settings_lock, settings_cover,
settings_counter, settings_clipboard; settings_mode_<mode>, settings_scale, settings_motion, settings_keys.
"""

from desktop.pages.settings.page import PAGE

__all__ = ["PAGE"]
